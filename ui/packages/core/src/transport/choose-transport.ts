import { NativeTransport, nativeChannel } from "./native-transport.ts";
import type { Transport } from "./transport.ts";
import { WebSocketTransport, type WebSocketTransportOptions } from "./websocket-transport.ts";

/** The webview's channel inside of a plugin, a WebSocket to the development server anywhere else. */
export function chooseTransport(options?: WebSocketTransportOptions): Transport {
  const channel = nativeChannel();
  return channel === undefined ? new WebSocketTransport(options) : new NativeTransport(channel);
}
