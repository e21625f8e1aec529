import type { HistoryState } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/** What undo and redo would do; null without a connection, and where nothing keeps a history. */
export class HistoryStore implements Readable<HistoryState | null> {
  readonly #rpc: RpcClient;
  readonly #history = new Store<HistoryState | null>(null);
  readonly read = this.#history.read;
  readonly subscribe = this.#history.subscribe;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
    followConnection(rpc, {
      onConnect: () => askPatiently(rpc, "getHistory", (history) => this.#history.set(history)),
      onLoss: () => this.#history.set(null),
    });
    rpc.on("historyChanged", (history) => this.#history.set(history));
  }

  /** Takes the last step back. What changes comes as news; without a connection nothing happens. */
  readonly undo = (): void => void this.#rpc.notify("undo");

  /** Does the step again that was taken back last. */
  readonly redo = (): void => void this.#rpc.notify("redo");
}
