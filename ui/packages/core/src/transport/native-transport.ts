import { type Readable, Store } from "../store.ts";
import type { ConnectionStatus, Transport } from "./transport.ts";

/** What a DAW's webview puts into `globalThis.__WAVECRAFT_IPC__` before the page's first script runs. */
export type NativeChannel = {
  /** Sends a text to the plugin. */
  postMessage(text: string): void;
  /** Says who is called with each text from the plugin. Texts from before are queued and come first. */
  setReceiveCallback(callback: (text: string) => void): void;
};

/** The channel to the plugin around this page, if the page is inside of one. */
export function nativeChannel(): NativeChannel | undefined {
  const channel = (globalThis as { __WAVECRAFT_IPC__?: Partial<NativeChannel> }).__WAVECRAFT_IPC__;
  const isWhole =
    typeof channel?.postMessage === "function" && typeof channel.setReceiveCallback === "function";
  return isWhole ? (channel as NativeChannel) : undefined;
}

/** The message channel of a DAW's webview: connected from its start to its end. */
export class NativeTransport implements Transport {
  readonly #channel: NativeChannel;
  readonly #status = new Store<ConnectionStatus>("connecting");
  readonly #listeners = new Set<(text: string) => void>();
  #isReceiving = false;

  constructor(channel: NativeChannel) {
    this.#channel = channel;
  }

  get status(): Readable<ConnectionStatus> {
    return this.#status;
  }

  start(): void {
    this.#status.set("connected");
    if (this.#isReceiving) return;
    // Once and for all: whoever sets it again might be given the queue again.
    this.#isReceiving = true;
    this.#channel.setReceiveCallback((text) => this.#receive(text));
  }

  close(): void {
    this.#status.set("disconnected");
  }

  send(text: string): boolean {
    if (this.#status.read() !== "connected") return false;
    this.#channel.postMessage(text);
    return true;
  }

  onMessage(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #receive(text: string): void {
    if (this.#status.read() !== "connected") return;
    for (const listener of this.#listeners) listener(text);
  }
}
