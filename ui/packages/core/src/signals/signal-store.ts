import { followConnection } from "../rpc/connection.ts";
import { TimeoutError } from "../rpc/errors.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import type { Readable } from "../store.ts";
import { browserVisibility } from "./page-visibility.ts";

/** Takes what a signal is like now, about 30 times a second; null when nothing more is known of it. */
export type SignalListener = (values: readonly number[] | null) => void;

/** Somebody who follows a signal. */
type Follower = { resolution: number; listener: SignalListener };

/** A signal that is followed. */
type Followed = {
  followers: Set<Follower>;
  /** The resolution that the plugin was asked for; null while it was asked for nothing. */
  asked: number | null;
};

/**
 * Spectra and waveforms, for whoever follows them. The plugin is asked for those alone, at the finest resolution that
 * somebody wants, and for none while the page is hidden.
 */
export class SignalStore {
  readonly #rpc: RpcClient;
  readonly #visibility: Readable<boolean>;
  readonly #followed = new Map<string, Followed>();

  constructor(rpc: RpcClient, visibility: Readable<boolean> = browserVisibility) {
    this.#rpc = rpc;
    this.#visibility = visibility;
    followConnection(rpc, { onConnect: () => this.#askAnew(), onLoss: () => this.#lose() });
    // Another build may have a signal that the last one refused.
    rpc.on("parametersChanged", () => this.#askAnew());
    rpc.on("signalUpdate", ({ id, values }) => this.#tell(id, values));
    visibility.subscribe(() => {
      for (const id of this.#followed.keys()) this.#ask(id);
    });
  }

  /**
   * Calls `listener` with a signal's values whenever there are new ones, until the function that it returns is called. There
   * are as many columns as the finest resolution that anybody on this page asks for, from 16 to 2,048.
   */
  follow(id: string, resolution: number, listener: SignalListener): () => void {
    const followed = this.#followed.get(id) ?? { followers: new Set(), asked: null };
    this.#followed.set(id, followed);
    const follower = { resolution, listener };
    followed.followers.add(follower);
    this.#ask(id);
    return () => {
      if (!followed.followers.delete(follower)) return;
      this.#ask(id);
      if (followed.followers.size === 0) this.#followed.delete(id);
    };
  }

  /** Asks the plugin for what is wanted of a signal now, unless it was. */
  #ask(id: string): void {
    const followed = this.#followed.get(id);
    if (followed === undefined || this.#rpc.status.read() !== "connected") return;
    const resolutions = [...followed.followers].map(({ resolution }) => resolution);
    const wanted = this.#visibility.read() && resolutions.length > 0 ? Math.max(...resolutions) : null;
    if (wanted === followed.asked) return;
    followed.asked = wanted;
    if (wanted === null) {
      this.#rpc.notify("unsubscribeSignal", { id });
      this.#tell(id, null);
      return;
    }
    this.#rpc.call("subscribeSignal", { id, resolution: wanted }, ({ error }) => {
      if (!(error instanceof TimeoutError) || followed.asked !== wanted) return;
      followed.asked = null;
      this.#ask(id);
    });
  }

  #askAnew(): void {
    for (const [id, followed] of this.#followed) {
      followed.asked = null;
      this.#ask(id);
    }
  }

  #lose(): void {
    for (const [id, followed] of this.#followed) {
      followed.asked = null;
      this.#tell(id, null);
    }
  }

  #tell(id: string, values: readonly number[] | null): void {
    for (const { listener } of this.#followed.get(id)?.followers ?? []) listener(values);
  }
}
