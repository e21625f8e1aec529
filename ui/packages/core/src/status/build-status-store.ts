import type { BuildStatus } from "../protocol/index.ts";
import { followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/** What became of the last change to the plugin's source; null while there is no news, or the user has read enough. */
export class BuildStatusStore implements Readable<BuildStatus | null> {
  readonly #status = new Store<BuildStatus | null>(null);
  readonly read = this.#status.read;
  readonly subscribe = this.#status.subscribe;

  constructor(rpc: RpcClient) {
    // Another server may be the next one that answers, and has built what it runs.
    followConnection(rpc, { onLoss: () => this.#status.set(null) });
    rpc.on("buildStatusChanged", (status) => this.#status.set(status));
  }

  /** Shows nothing until the next news. */
  readonly dismiss = (): void => this.#status.set(null);
}
