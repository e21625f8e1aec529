import type { CurrentPreset, Methods, PresetInfo } from "../protocol/index.ts";
import { askPatiently, followConnection } from "../rpc/connection.ts";
import { DisconnectedError, TimeoutError } from "../rpc/errors.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

/** What to save a preset with. */
export type PresetToSave = Methods["savePreset"]["params"];

/**
 * The presets: which there are, and which was loaded last.
 *
 * The list is asked for when somebody follows it, and again when the plugin says that there are others. Methods reject as
 * `RpcClient.request` does; a refusal's reason is for the user.
 */
export class PresetStore {
  readonly #rpc: RpcClient;
  readonly #current = new Store<CurrentPreset | null>(null);
  readonly #list = new Store<readonly PresetInfo[] | null>(null);
  readonly #failure = new Store<Error | null>(null);
  #followers = 0;
  #isLoading = false;
  /** Whether there are others since the list under way was asked for. */
  #isOutdated = false;
  /** The preset that was asked for last, until there is news of it: a step begins there. */
  #wanted: string | null = null;
  /** How many presets have been asked for without an answer yet. */
  #loads = 0;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
    followConnection(rpc, {
      onConnect: () => {
        askPatiently(rpc, "getPreset", (current) => this.#take(current));
        this.#reload();
      },
      onLoss: () => {
        this.#wanted = null;
        this.#current.set(null);
        this.#list.set(null);
      },
    });
    rpc.on("presetChanged", (current) => this.#take(current));
    rpc.on("presetsChanged", () => this.#reload());
  }

  /** The preset that was loaded or saved last; null without a connection, and where there are no presets. */
  get current(): Readable<CurrentPreset | null> {
    return this.#current;
  }

  /** All presets; null before they are known. */
  readonly list: Readable<readonly PresetInfo[] | null> = {
    read: () => this.#list.read(),
    subscribe: (listener) => {
      this.#followers += 1;
      if (this.#followers === 1) this.#reload();
      const leave = this.#list.subscribe(listener);
      let isFollowing = true;
      return () => {
        if (isFollowing) this.#followers -= 1;
        isFollowing = false;
        leave();
      };
    },
  };

  /** Why the list could not be had when it was last asked for; null if it could. */
  get failure(): Readable<Error | null> {
    return this.#failure;
  }

  /** Asks for the list again, after a failure. */
  readonly retry = (): void => this.#reload();

  /** Sets the parameters as a preset says. Resolves to what of it was not used, in a sentence each. */
  readonly load = async (id: string): Promise<string[]> => {
    this.#wanted = id;
    this.#loads += 1;
    try {
      return (await this.#rpc.request("loadPreset", { id })).ignored;
    } catch (error) {
      if (this.#wanted === id) this.#wanted = null;
      throw error;
    } finally {
      this.#loads -= 1;
    }
  };

  /**
   * Loads the preset that stands so many places further in the list, which is joined at its ends. It counts from the one
   * that was asked for last, even before the plugin has told of it. Of the list counts what
   * `isWanted` lets through: all of it unless told otherwise.
   */
  readonly step = async (
    places: number,
    isWanted: (preset: PresetInfo) => boolean = () => true,
  ): Promise<string[]> => {
    const list = this.#list.read() ?? [];
    const presets = list.filter((preset) => preset.problem === undefined && isWanted(preset));
    if (presets.length === 0) return [];
    const id = this.#wanted ?? this.#current.read()?.preset?.id;
    const position = presets.findIndex((preset) => preset.id === id);
    // Without a preset, forward leads to the first and back to the last.
    const from = position === -1 && places > 0 ? -1 : Math.max(position, 0);
    const target = presets.at((from + places) % presets.length);
    return target === undefined ? [] : this.load(target.id);
  };

  /** Saves the parameters' values, and resolves to the preset's id. */
  readonly save = async (preset: PresetToSave): Promise<string> =>
    (await this.#rpc.request("savePreset", preset)).id;

  /** Gives one of the user's presets another name, and resolves to its new id. */
  readonly rename = async (id: string, name: string): Promise<string> =>
    (await this.#rpc.request("renamePreset", { id, name })).id;

  /** Deletes one of the user's presets. */
  readonly remove = async (id: string): Promise<void> => {
    await this.#rpc.request("deletePreset", { id });
  };

  /** Adds a preset file's text to the user's presets, and resolves to its id. */
  readonly importText = async (text: string, replace = false): Promise<string> =>
    (await this.#rpc.request("importPreset", { text, replace })).id;

  /** A preset as a file: its name, and its text. */
  readonly exportText = (id: string): Promise<Methods["exportPreset"]["result"]> =>
    this.#rpc.request("exportPreset", { id });

  /** Writes a preset as a file where the user finds it, and resolves to where that is. */
  readonly write = async (id: string): Promise<string> =>
    (await this.#rpc.request("writePreset", { id })).path;

  /** Makes a preset one of the user's favourites, or none of them any more. */
  readonly setFavourite = async (id: string, favourite: boolean): Promise<void> => {
    await this.#rpc.request("setFavourite", { id, favourite });
  };

  #take(current: CurrentPreset): void {
    // News of an earlier one may come while a later one is under way.
    if (this.#loads === 0 || current.preset?.id === this.#wanted) this.#wanted = null;
    this.#current.set(current);
  }

  #reload(): void {
    if (this.#followers === 0) {
      // Whoever follows next gets them anew.
      this.#list.set(null);
      return;
    }
    if (this.#isLoading) {
      this.#isOutdated = true;
      return;
    }
    this.#isLoading = true;
    this.#isOutdated = false;
    this.#rpc.call("listPresets", {}, ({ result, error }) => {
      this.#isLoading = false;
      if (error === undefined) this.#list.set(result.presets);
      // Without a connection nothing is known, and the page says so elsewhere.
      this.#failure.set(error instanceof DisconnectedError ? null : (error ?? null));
      if (this.#isOutdated || error instanceof TimeoutError) this.#reload();
    });
  }
}
