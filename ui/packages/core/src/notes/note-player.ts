import { followConnection } from "../rpc/connection.ts";
import { RpcRefusedError } from "../rpc/errors.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";

const NONE: ReadonlySet<number> = new Set();

/** What takes hold of notes, such as one keyboard of a page. Every note that it begins ends when it lets go of all. */
export type NoteHolder = {
  /**
   * A key goes down: a note from 0 to 127, 60 being middle C, with a velocity in (0, 1], on a channel from 0 to 15. It needs
   * as many `noteOff`s as there are `noteOn`s. Without a connection nothing happens.
   */
  noteOn(note: number, velocity: number, channel?: number): void;
  /** A key goes up. What is not held is left alone. */
  noteOff(note: number, channel?: number): void;
  /** Every key goes up. */
  releaseAll(): void;
};

/** The notes of one channel that the page holds. */
type Channel = {
  /** How many hold each note. */
  readonly holders: Map<number, number>;
  readonly held: Store<ReadonlySet<number>>;
};

/**
 * Plays notes, and knows which of them the page holds. A note that is held by several goes on until the last lets go. When
 * the connection goes, the plugin's side ends all of them, and so none is held.
 */
export class NotePlayer {
  readonly #rpc: RpcClient;
  readonly #channels = new Map<number, Channel>();
  /** Counts connections: what was held over an earlier one has ended. */
  #connection = 0;

  constructor(rpc: RpcClient) {
    this.#rpc = rpc;
    followConnection(rpc, {
      onLoss: () => {
        this.#connection += 1;
        for (const { holders, held } of this.#channels.values()) {
          holders.clear();
          held.set(NONE);
        }
      },
    });
  }

  /** The notes of a channel that this page holds. */
  held(channel = 0): Readable<ReadonlySet<number>> {
    return this.#channel(channel).held;
  }

  /** Somebody new to hold notes. */
  holder(): NoteHolder {
    let own = new Map<string, [note: number, channel: number, count: number]>();
    let connection = this.#connection;
    // What was held when the connection went is nobody's any more.
    const current = () => {
      if (connection !== this.#connection) {
        connection = this.#connection;
        own = new Map();
      }
      return own;
    };
    return {
      noteOn: (note, velocity, channel = 0) => {
        const key = `${channel}/${note}`;
        const notes = current();
        const count = notes.get(key)?.[2] ?? 0;
        if (this.#begin(note, velocity, channel)) notes.set(key, [note, channel, count + 1]);
      },
      noteOff: (note, channel = 0) => {
        const key = `${channel}/${note}`;
        const notes = current();
        const count = notes.get(key)?.[2] ?? 0;
        if (count === 0) return;
        if (count === 1) notes.delete(key);
        else notes.set(key, [note, channel, count - 1]);
        this.#end(note, channel);
      },
      releaseAll: () => {
        const notes = [...current().values()];
        own = new Map();
        for (const [note, channel, count] of notes) {
          for (let held = 0; held < count; held += 1) this.#end(note, channel);
        }
      },
    };
  }

  /** Begins a note, anew if it is held. Returns whether it is held now. */
  #begin(note: number, velocity: number, channel: number): boolean {
    if (this.#rpc.status.read() !== "connected") return false;
    const { holders, held } = this.#channel(channel);
    holders.set(note, (holders.get(note) ?? 0) + 1);
    held.set(new Set(holders.keys()));
    const connection = this.#connection;
    this.#rpc.call("noteOn", { note, velocity, channel }, ({ error }) => {
      // It does not sound, and is not shown as if it did.
      if (error instanceof RpcRefusedError && connection === this.#connection) this.#forget(note, channel);
    });
    return true;
  }

  #end(note: number, channel: number): void {
    const { holders, held } = this.#channel(channel);
    const count = holders.get(note);
    if (count === undefined) return;
    if (count > 1) {
      holders.set(note, count - 1);
      return;
    }
    holders.delete(note);
    held.set(new Set(holders.keys()));
    this.#rpc.notify("noteOff", { note, channel });
  }

  /** A note has been refused: nobody holds it. */
  #forget(note: number, channel: number): void {
    const { holders, held } = this.#channel(channel);
    if (holders.delete(note)) held.set(new Set(holders.keys()));
  }

  #channel(number: number): Channel {
    const known = this.#channels.get(number);
    if (known !== undefined) return known;
    const channel: Channel = { holders: new Map(), held: new Store(NONE) };
    this.#channels.set(number, channel);
    return channel;
  }
}

const players = new WeakMap<RpcClient, NotePlayer>();

/** The one player of a client's notes. A page that plays none has no part of it. */
export function notesOf({ rpc }: { readonly rpc: RpcClient }): NotePlayer {
  let player = players.get(rpc);
  if (player === undefined) {
    player = new NotePlayer(rpc);
    players.set(rpc, player);
  }
  return player;
}
