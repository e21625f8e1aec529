import type { PluginInfo } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/**
 * Who answers, and what meters and signals it has; null before the first answer. It is kept while there is no connection, and asked for
 * again when another build of the plugin has taken over.
 */
export class PluginInfoStore implements Readable<PluginInfo | null> {
  readonly #info = new Store<PluginInfo | null>(null);
  readonly read = this.#info.read;
  readonly subscribe = this.#info.subscribe;

  constructor(rpc: RpcClient) {
    const ask = () => askPatiently(rpc, "getInfo", (info) => this.#info.set(info));
    followConnection(rpc, { onConnect: ask });
    rpc.on("parametersChanged", ask);
  }
}
