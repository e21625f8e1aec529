import type { Parameter } from "../parameter.ts";
import type { ParameterInfo } from "../protocol/index.ts";
import { followConnection } from "../rpc/connection.ts";
import { DisconnectedError, TimeoutError } from "../rpc/errors.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";
import { animationFrames, type FrameScheduler } from "../time/frame-scheduler.ts";
import { type CellSurroundings, ParameterCell } from "./parameter-cell.ts";

/** Which parameters there are. */
export type ParameterList = {
  /** "loading" before the first load, "error" if the last one was refused or not answered. */
  readonly status: "loading" | "ready" | "error";
  /** As the last load brought them, in the plugin's order; `control` has the values of now. */
  readonly parameters: readonly ParameterInfo[];
  /** What went wrong, if something did. */
  readonly error?: Error;
};

/**
 * The plugin's parameters.
 *
 * They are loaded when a connection is there, and again when the plugin says so; in between, news moves single values.
 * Without a connection they stay as they were last known, and controls do nothing.
 */
export class ParameterStore {
  readonly #rpc: RpcClient;
  readonly #surroundings: CellSurroundings;
  readonly #cells = new Map<string, ParameterCell>();
  readonly #list = new Store<ParameterList>({ status: "loading", parameters: [] });
  #isLoading = false;
  /** Whether something has happened since the load under way was asked for. */
  #isOutdated = false;

  constructor(rpc: RpcClient, scheduleFrame: FrameScheduler = animationFrames) {
    this.#rpc = rpc;
    this.#surroundings = { rpc, scheduleFrame, reload: () => this.reload() };
    followConnection(rpc, {
      onConnect: () => this.reload(),
      onLoss: () => {
        for (const cell of this.#cells.values()) cell.disconnect();
      },
    });
    rpc.on("parametersChanged", () => this.reload());
    rpc.on("parameterChanged", ({ id, value }) => this.#cells.get(id)?.tell(value));
  }

  /** Which parameters there are. It changes with loads alone, not with values. */
  get list(): Readable<ParameterList> {
    return this.#list;
  }

  /** A parameter's control: the same object until its value, text or info changes. Undefined if there is none. */
  control(id: string): Parameter | undefined {
    return this.#cells.get(id)?.control.read();
  }

  /** Calls `listener` whenever `control(id)` has changed, until the function that it returns is called. */
  subscribe(id: string, listener: () => void): () => void {
    return this.#cell(id).control.subscribe(listener);
  }

  /** Loads all parameters again; once more after the load that is under way, if one is. */
  reload(): void {
    if (this.#isLoading) {
      this.#isOutdated = true;
      return;
    }
    this.#isLoading = true;
    this.#isOutdated = false;
    this.#rpc.call("getAllParameters", {}, ({ result, error }) => {
      this.#isLoading = false;
      if (error === undefined) this.#take(result.parameters);
      else if (!(error instanceof DisconnectedError))
        this.#list.set({ ...this.#list.read(), status: "error", error });
      // Each attempt takes its time, so this does not go on and on; without a connection it ends at once.
      const isWanted = this.#isOutdated || error instanceof TimeoutError;
      if (isWanted) this.reload();
    });
  }

  #take(parameters: readonly ParameterInfo[]): void {
    const ids = new Set<string>();
    for (const info of parameters) {
      ids.add(info.id);
      this.#cell(info.id).load(info);
    }
    for (const [id, cell] of this.#cells) {
      if (!ids.has(id)) cell.remove();
    }
    this.#list.set({ status: "ready", parameters });
  }

  #cell(id: string): ParameterCell {
    let cell = this.#cells.get(id);
    if (cell === undefined) {
      cell = new ParameterCell(id, this.#surroundings);
      this.#cells.set(id, cell);
    }
    return cell;
  }
}
