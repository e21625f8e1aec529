import { type Readable, Store } from "../store.ts";
import { type Clock, systemClock, type Timer } from "../time/clock.ts";
import { Heartbeat } from "./heartbeat.ts";
import { browserPage, type PagePresence } from "./page-presence.ts";
import { httpProbe, type ServerProbe } from "./server-probe.ts";
import { serverUrls } from "./server-url.ts";
import type { ConnectionStatus, Transport } from "./transport.ts";

/** The wait after the first failure, in milliseconds; each further one doubles it. */
const FIRST_WAIT_MS = 100;

/** The longest wait, in milliseconds: a page has to be back within 3 s of its server. */
const LONGEST_WAIT_MS = 2_000;

/** An attempt that takes longer is given up, in milliseconds. */
const ATTEMPT_MS = 4_000;

/** After so many failures the WebSocket is tried even though nobody answers over HTTP: something may forbid that. */
const FAILURES_PER_BLIND_ATTEMPT = 16;

/** Any message will do as a sign of life. The client's ids are numbers, so it does not take the answer for one of its own. */
const PING = '{"jsonrpc":"2.0","id":"heartbeat","method":"ping","params":{}}';

/** The part of a WebSocket that is used. */
export type SocketLike = {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
};

/** Opens a WebSocket. */
export type SocketConstructor = new (url: string) => SocketLike;

/** What may be another than the browser's. */
export type WebSocketTransportOptions = {
  /** The server's address, or several that are tried in turn; `serverUrls()` unless told. */
  url?: string | readonly [string, ...string[]];
  /** The browser's `WebSocket` unless told. */
  socket?: SocketConstructor;
  /** Asked before each attempt but the first; an HTTP request unless told. */
  probe?: ServerProbe;
  /** The machine's unless told. */
  clock?: Clock;
  /** Numbers in [0, 1): `Math.random` unless told. */
  random?: () => number;
  /** The page around unless told. */
  presence?: PagePresence;
};

/**
 * A WebSocket that comes back for as long as it is not closed.
 *
 * Attempts are 0.1 to 2 s apart, at random, so that many pages do not come back at once; a page that is seen again, or
 * whose network is back, does not wait. Browsers hold up a page's WebSockets for seconds once some have failed
 * (Chromium from about the 15th on), so after a first failure an HTTP request has to be answered before the next
 * WebSocket is opened.
 */
export class WebSocketTransport implements Transport {
  readonly #urls: readonly string[];
  readonly #socketConstructor: SocketConstructor | undefined;
  readonly #probe: ServerProbe;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #presence: PagePresence;
  readonly #heartbeat: Heartbeat;
  readonly #status = new Store<ConnectionStatus>("connecting");
  readonly #listeners = new Set<(text: string) => void>();
  #ignorePresence: (() => void) | undefined;
  #socket: SocketLike | undefined;
  /** Of the next attempt, or of the end of the patience with this one. */
  #timer: Timer | undefined;
  /** Tells this attempt's answers from those of one that was given up. */
  #attempt = 0;
  /** Since the start. */
  #failures = 0;
  /** Since the last sign of life: a server may accept and hang up at once. */
  #waits = 0;

  constructor(options: WebSocketTransportOptions = {}) {
    this.#urls = [options.url ?? serverUrls()].flat().map(checked);
    this.#socketConstructor = options.socket ?? globalThis.WebSocket;
    this.#probe = options.probe ?? httpProbe;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#presence = options.presence ?? browserPage;
    this.#heartbeat = new Heartbeat({
      clock: this.#clock,
      presence: this.#presence,
      ping: () => this.send(PING),
      onDeath: () => this.#fail(),
    });
  }

  get status(): Readable<ConnectionStatus> {
    return this.#status;
  }

  start(): void {
    if (this.#ignorePresence !== undefined) return;
    this.#ignorePresence = this.#presence.onReturn(() => this.#comeBack());
    this.#failures = 0;
    this.#waits = 0;
    this.#status.set("connecting");
    // Not at once: React's strict mode starts, closes and starts again, and a socket's early end is an error to browsers.
    this.#tryIn(0);
  }

  close(): void {
    this.#ignorePresence?.();
    this.#ignorePresence = undefined;
    this.#abandon();
    this.#status.set("disconnected");
  }

  send(text: string): boolean {
    if (this.#socket === undefined || this.#status.read() !== "connected") return false;
    this.#socket.send(text);
    return true;
  }

  onMessage(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tryIn(delay_ms: number): void {
    this.#timer = this.#clock.setTimer(() => void this.#try(), delay_ms);
  }

  async #try(): Promise<void> {
    this.#abandon();
    const attempt = this.#attempt;
    const url = this.#urls[this.#failures % this.#urls.length] ?? "";
    this.#timer = this.#clock.setTimer(() => this.#fail(), ATTEMPT_MS);
    if (this.#failures % FAILURES_PER_BLIND_ATTEMPT !== 0) {
      const isAnswered = await this.#probe(url).catch(() => false);
      if (attempt !== this.#attempt) return;
      if (!isAnswered) {
        this.#fail();
        return;
      }
    }
    this.#socket = this.#newSocket(url);
    if (this.#socket === undefined) this.#fail();
  }

  #newSocket(url: string): SocketLike | undefined {
    if (this.#socketConstructor === undefined) return undefined;
    let socket: SocketLike;
    try {
      socket = new this.#socketConstructor(url);
    } catch {
      // A browser's security rules may forbid it. They may be lifted, as a server may be started.
      return undefined;
    }
    socket.onopen = () => {
      this.#clock.clearTimer(this.#timer);
      this.#heartbeat.start();
      this.#status.set("connected");
    };
    socket.onmessage = ({ data }) => {
      this.#heartbeat.heard();
      this.#waits = 0;
      if (typeof data !== "string") return;
      for (const listener of this.#listeners) listener(data);
    };
    socket.onclose = () => this.#fail();
    return socket;
  }

  /** The attempt or the connection has come to nothing. */
  #fail(): void {
    this.#abandon();
    this.#failures += 1;
    const wait_ms = Math.min(FIRST_WAIT_MS * 2 ** this.#waits, LONGEST_WAIT_MS);
    this.#waits += 1;
    this.#tryIn(wait_ms * (0.5 + 0.5 * this.#random()));
    this.#status.set("disconnected");
  }

  #comeBack(): void {
    if (this.#status.read() === "connected") {
      this.#heartbeat.ask();
    } else {
      this.#waits = 0;
      void this.#try();
    }
  }

  #abandon(): void {
    this.#attempt += 1;
    this.#clock.clearTimer(this.#timer);
    this.#heartbeat.stop();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}

function checked(url: string): string {
  if (/^wss?:\/\/[^/]/i.test(url) && URL.canParse(url)) return url;
  const advice = "set VITE_WAVECRAFT_SERVER to one like ws://127.0.0.1:9000";
  throw new Error(`"${url}" is not the address of a WebSocket; ${advice}`);
}
