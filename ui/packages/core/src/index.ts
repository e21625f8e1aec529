/**
 * The page's side of the Wavecraft protocol, without React and without a DOM: transports, the RPC client, and the
 * stores that a page reads. React's hooks are in `@wavecraft/core/react`.
 *
 * `WavecraftClient` is where to start: it owns one of each and keeps them in step with the plugin.
 */

export { WavecraftClient, type WavecraftClientOptions } from "./client.ts";
export { MeterStore } from "./meters/meter-store.ts";
export { type NoteHolder, NotePlayer, notesOf } from "./notes/note-player.ts";
export type { Parameter } from "./parameter.ts";
export { type ParameterList, ParameterStore } from "./parameters/parameter-store.ts";
export * from "./protocol/index.ts";
export * from "./register.ts";
export { DisconnectedError, RpcRefusedError, TimeoutError } from "./rpc/errors.ts";
export { type CallOutcome, type ParamsArgument, RpcClient, type RpcClientOptions } from "./rpc/rpc-client.ts";
export { ControllerStore } from "./session/controller-store.ts";
export { HistoryStore } from "./session/history-store.ts";
export { PresetStore, type PresetToSave } from "./session/preset-store.ts";
export { SlotStore } from "./session/slot-store.ts";
export { browserVisibility } from "./signals/page-visibility.ts";
export { type SignalListener, SignalStore } from "./signals/signal-store.ts";
export { AudioStatusStore } from "./status/audio-status-store.ts";
export { BuildStatusStore } from "./status/build-status-store.ts";
export { PluginInfoStore } from "./status/plugin-info-store.ts";
export { type Readable, Store } from "./store.ts";
export { type Clock, systemClock, type Timer } from "./time/clock.ts";
export { animationFrames, type FrameScheduler } from "./time/frame-scheduler.ts";
export { chooseTransport } from "./transport/choose-transport.ts";
export { type NativeChannel, NativeTransport, nativeChannel } from "./transport/native-transport.ts";
export { browserPage, type PagePresence } from "./transport/page-presence.ts";
export { httpProbe, type ServerProbe } from "./transport/server-probe.ts";
export { defaultServerUrl, serverUrls } from "./transport/server-url.ts";
export type { ConnectionStatus, Transport } from "./transport/transport.ts";
export {
  type SocketConstructor,
  type SocketLike,
  WebSocketTransport,
  type WebSocketTransportOptions,
} from "./transport/websocket-transport.ts";
