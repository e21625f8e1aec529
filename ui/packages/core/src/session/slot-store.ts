import type { SlotName } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/** Which of the two slots is heard; null without a connection, and where there are none. */
export class SlotStore implements Readable<SlotName | null> {
  readonly #rpc: RpcClient;
  readonly #selected = new Store<SlotName | null>(null);
  readonly read = this.#selected.read;
  readonly subscribe = this.#selected.subscribe;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
    followConnection(rpc, {
      onConnect: () => askPatiently(rpc, "getSlots", ({ selected }) => this.#selected.set(selected)),
      onLoss: () => this.#selected.set(null),
    });
    rpc.on("slotChanged", ({ selected }) => this.#selected.set(selected));
  }

  /** Lets a slot be heard. The other keeps its values. */
  readonly select = (slot: SlotName): void => void this.#rpc.notify("selectSlot", { slot });

  /** Gives the slot that is not heard the values of the one that is. */
  readonly copyToOther = (): void => {
    const from = this.#selected.read();
    if (from !== null) this.#rpc.notify("copySlot", { from, to: from === "a" ? "b" : "a" });
  };
}
