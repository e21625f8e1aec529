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

  /** Gives many parameters a value in [0, 1] each. It is one step to undo. */
  setAll(values: Iterable<readonly [id: string, value: number]>): void {
    const changes = [...values].flatMap(([id, value]) => {
      const control = this.control(id);
      return control === undefined ? [] : [{ control, value }];
    });
    // Gestures that overlap are one step.
    for (const { control } of changes) control.begin();
    for (const { control, value } of changes) control.change(value);
    for (const { control } of changes) control.end();
  }

  /** All back to their defaults, but for what nothing recalls, as the bypass. It is one step to undo. */
  resetAll(): void {
    const recalled = this.#list.read().parameters.filter((info) => info.recalled_by !== "nothing");
    this.setAll(recalled.map((info) => [info.id, info.default] as const));
  }

  /**
   * Sets many parameters as texts say, by id: the nearest end of the range where one lies beyond. Resolves to how many were set,
   * in one step, and to the ids of those that there are not, or that the plugin cannot read.
   */
  async enterAll(texts: ReadonlyMap<string, string>): Promise<{ applied: number; refused: string[] }> {
    const values: [string, number][] = [];
    const refused: string[] = [];
    const parse = async ([id, text]: [string, string]) => {
      try {
        if (this.control(id) === undefined) throw new Error(`there is no parameter ${id}`);
        values.push([id, (await this.#rpc.request("parseParameter", { id, text, clamp: true })).value]);
      } catch {
        refused.push(id);
      }
    };
    await Promise.all([...texts].map(parse));
    this.setAll(values);
    return { applied: values.length, refused };
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
