import type { PluginInfo } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/** Who answers; null before the first answer. It is kept while there is no connection. */
export class PluginInfoStore implements Readable<PluginInfo | null> {
  readonly #info = new Store<PluginInfo | null>(null);
  readonly read = this.#info.read;
  readonly subscribe = this.#info.subscribe;

  constructor(rpc: RpcClient) {
    followConnection(rpc, {
      onConnect: () => askPatiently(rpc, "getInfo", (info) => this.#info.set(info)),
    });
  }
}
