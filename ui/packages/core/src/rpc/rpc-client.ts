import type {
  MethodName,
  Methods,
  NotificationName,
  Notifications,
  RpcAnswer,
  RpcNotification,
} from "../protocol/index.ts";
import { type Readable, Store } from "../store.ts";
import { type Clock, systemClock, type Timer } from "../time/clock.ts";
import type { ConnectionStatus, Transport } from "../transport/transport.ts";
import { DisconnectedError, RpcRefusedError, TimeoutError } from "./errors.ts";
import { readMessage } from "./message.ts";

/** How long an answer may take unless told otherwise, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** A method's params as an argument, which may be left out where there is nothing to say. */
export type ParamsArgument<M extends MethodName> =
  Record<string, never> extends Methods[M]["params"]
    ? [params?: Methods[M]["params"]]
    : [params: Methods[M]["params"]];

/** What became of a request. */
export type CallOutcome<M extends MethodName> =
  | { result: Methods[M]["result"]; error?: never }
  | { result?: never; error: DisconnectedError | TimeoutError | RpcRefusedError };

/** What may be another than usual. */
export type RpcClientOptions = {
  /** The machine's unless told. */
  clock?: Clock;
  /** How long an answer may take, in milliseconds; 5,000 unless told. */
  timeout_ms?: number;
};

type Pending = {
  method: MethodName;
  timer: Timer;
  settle(outcome: CallOutcome<MethodName>): void;
};

/**
 * Requests, answers and notifications over a transport, with the protocol's types.
 *
 * Nothing is sent again by itself: what was pending when the connection went is rejected.
 */
export class RpcClient {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #timeout_ms: number;
  readonly #malformed = new Store(0);
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Set<(params: never) => void>>();
  #lastId = 0;

  constructor(transport: Transport, options: RpcClientOptions = {}) {
    this.#transport = transport;
    this.#clock = options.clock ?? systemClock;
    this.#timeout_ms = options.timeout_ms ?? TIMEOUT_MS;
    transport.onMessage((text) => this.#receive(text));
    transport.status.subscribe(() => {
      if (transport.status.read() !== "connected") this.#rejectAll();
    });
  }

  /** How the transport stands. When it says "disconnected", everything pending is rejected already. */
  get status(): Readable<ConnectionStatus> {
    return this.#transport.status;
  }

  /** How many messages came that are not the protocol's. They are ignored. */
  get malformed(): Readable<number> {
    return this.#malformed;
  }

  /**
   * Asks the plugin.
   *
   * Rejects with `DisconnectedError`, `TimeoutError` or `RpcRefusedError`.
   */
  request<M extends MethodName>(method: M, ...params: ParamsArgument<M>): Promise<Methods[M]["result"]> {
    return new Promise((resolve, reject) => {
      this.call(method, params[0] ?? {}, ({ result, error }) => {
        if (error === undefined) resolve(result);
        else reject(error);
      });
    });
  }

  /**
   * Asks the plugin, and calls `settle` once: before any message that comes after the answer is looked at, which a
   * promise cannot promise. Whether news is older or newer than an answer shows in that order alone.
   */
  call<M extends MethodName>(
    method: M,
    params: Methods[M]["params"],
    settle: (outcome: CallOutcome<M>) => void,
  ): void {
    this.#lastId += 1;
    const id = this.#lastId;
    const timer = this.#clock.setTimer(() => {
      this.#settle(id, { error: new TimeoutError(method, this.#timeout_ms) });
    }, this.#timeout_ms);
    // The answer to `method` is what `method` returns: the id ties the two together, which no type can see.
    this.#pending.set(id, { method, timer, settle: settle as Pending["settle"] });
    if (!this.#transport.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }))) {
      this.#settle(id, { error: new DisconnectedError(method) });
    }
  }

  /** Tells the plugin, which does not answer. Says false, with nothing sent, unless it is connected. */
  notify<M extends MethodName>(method: M, ...params: ParamsArgument<M>): boolean {
    return this.#transport.send(JSON.stringify({ jsonrpc: "2.0", method, params: params[0] ?? {} }));
  }

  /** Calls `listener` with each notification of that name, until the function that it returns is called. */
  on<N extends NotificationName>(name: N, listener: (params: Notifications[N]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #receive(text: string): void {
    const message = readMessage(text);
    if (message === undefined) this.#malformed.set(this.#malformed.read() + 1);
    else if ("method" in message) this.#tell(message);
    else this.#answer(message);
  }

  #tell({ method, params }: RpcNotification): void {
    for (const listener of this.#listeners.get(method) ?? []) listener(params as never);
  }

  #answer(answer: RpcAnswer): void {
    const id = answer.id as number;
    if ("result" in answer) {
      this.#settle(id, { result: answer.result });
    } else {
      const method = this.#pending.get(id)?.method;
      if (method !== undefined) this.#settle(id, { error: new RpcRefusedError(method, answer.error) });
    }
  }

  /** Nothing happens when nobody waits any more, as after a timeout. */
  #settle(id: number, outcome: CallOutcome<MethodName>): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#clock.clearTimer(pending.timer);
    pending.settle(outcome);
  }

  #rejectAll(): void {
    for (const [id, { method }] of [...this.#pending]) {
      this.#settle(id, { error: new DisconnectedError(method) });
    }
  }
}
