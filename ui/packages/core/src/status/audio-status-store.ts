import type { AudioStatus } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/** How the audio is doing; null in a DAW that has not activated the plugin, and while nobody is there to say. */
export class AudioStatusStore implements Readable<AudioStatus | null> {
  readonly #status = new Store<AudioStatus | null>(null);
  readonly read = this.#status.read;
  readonly subscribe = this.#status.subscribe;

  constructor(rpc: RpcClient) {
    followConnection(rpc, {
      onConnect: () => askPatiently(rpc, "getAudioStatus", ({ status }) => this.#status.set(status)),
      onLoss: () => this.#status.set(null),
    });
    rpc.on("audioStatusChanged", (status) => this.#status.set(status));
  }
}
