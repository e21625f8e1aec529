import type { ControllersState, PluginInfo } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/**
 * Which MIDI controllers move which parameters, and which parameter is learning one; null without a connection, and where
 * the host ties none.
 */
export class ControllerStore implements Readable<ControllersState | null> {
  readonly #rpc: RpcClient;
  readonly #state = new Store<ControllersState | null>(null);
  readonly read = this.#state.read;
  readonly subscribe = this.#state.subscribe;

  constructor(rpc: RpcClient, pluginInfo: Readable<PluginInfo | null>) {
    this.#rpc = rpc;
    followConnection(rpc, { onLoss: () => this.#state.set(null) });
    pluginInfo.subscribe(() => {
      if (pluginInfo.read()?.controllers !== true) this.#state.set(null);
      // A host that refuses has none.
      else askPatiently(rpc, "getControllers", (state) => this.#state.set(state));
    });
    rpc.on("controllersChanged", (state) => this.#state.set(state));
  }

  /** The next controller that moves is tied to this parameter, in place of its own, and of another parameter that it moves. */
  readonly learn = (id: string): void => void this.#rpc.notify("learnController", { id });

  /** No parameter learns a controller any more. */
  readonly stopLearning = (): void => void this.#rpc.notify("stopLearning");

  /** The parameter is no longer moved by a controller. */
  readonly forget = (id: string): void => void this.#rpc.notify("forgetController", { id });
}
