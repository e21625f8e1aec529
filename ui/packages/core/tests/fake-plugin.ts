import {
  type ConnectionStatus,
  type MethodName,
  type Methods,
  type NotificationName,
  type Notifications,
  type ParameterInfo,
  Store,
  type Transport,
} from "../src/index.ts";

/** What the page has sent. */
export type Sent = { id?: number; method: MethodName; params: Record<string, unknown> };

/** A transport whose other side is the test: it says when there is a connection and when there is which answer. */
export class FakePlugin implements Transport {
  readonly status = new Store<ConnectionStatus>("connecting");
  /** Everything sent, in order. */
  readonly sent: Sent[] = [];
  readonly #listeners = new Set<(text: string) => void>();
  readonly #answered = new Set<Sent>();
  #isAutomatic = false;
  starts = 0;
  closes = 0;

  /** A plugin that is there at once, and answers by itself. */
  static automatic(): FakePlugin {
    const plugin = new FakePlugin();
    plugin.#isAutomatic = true;
    return plugin;
  }

  start(): void {
    this.starts += 1;
    if (this.#isAutomatic) this.connect();
  }

  close(): void {
    this.closes += 1;
    this.drop();
  }

  send(text: string): boolean {
    if (this.status.read() !== "connected") return false;
    this.sent.push(JSON.parse(text));
    return true;
  }

  onMessage(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  connect(): void {
    this.status.set("connected");
  }

  drop(): void {
    this.status.set("disconnected");
  }

  /** A text arrives. */
  deliver(text: string): void {
    for (const listener of this.#listeners) listener(text);
  }

  tell<N extends NotificationName>(method: N, params: Notifications[N]): void {
    this.deliver(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  /** The requests of a method that have no answer yet. */
  open(method: MethodName): Sent[] {
    return this.sent.filter((sent) => sent.method === method && !this.#answered.has(sent));
  }

  /** Answers the oldest open request of a method. */
  answer<M extends MethodName>(method: M, result: Methods[M]["result"]): void {
    this.deliver(JSON.stringify({ jsonrpc: "2.0", id: this.#oldest(method).id, result }));
  }

  /** Refuses the oldest open request of a method. */
  refuse(method: MethodName, code = -32602): void {
    const error = { code, message: `${method} is refused` };
    this.deliver(JSON.stringify({ jsonrpc: "2.0", id: this.#oldest(method).id, error }));
  }

  /** Forgets the open requests of a method without an answer. */
  swallow(method: MethodName): void {
    for (const sent of this.open(method)) this.#answered.add(sent);
  }

  /** The methods sent, in order, with their value where there is one. */
  log(...methods: MethodName[]): string[] {
    return this.sent
      .filter((sent) => methods.includes(sent.method))
      .map(({ method, params }) => ("value" in params ? `${method} ${params.value}` : method));
  }

  #oldest(method: MethodName): Sent {
    const request = this.open(method)[0];
    if (request === undefined) throw new Error(`no ${method} is waiting for an answer`);
    this.#answered.add(request);
    return request;
  }
}

/** A parameter for tests, continuous unless told otherwise. */
export function parameter(id: string, value = 0.5, more: Partial<ParameterInfo> = {}): ParameterInfo {
  return { id, name: id, type: "float", value, default: 0.5, text: `${value} of the plugin`, ...more };
}
