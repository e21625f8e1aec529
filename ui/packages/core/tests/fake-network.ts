import type { PagePresence, SocketConstructor, SocketLike } from "../src/index.ts";

/** One WebSocket that a transport has opened, seen from the server. */
export class FakeSocket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  readonly sent: string[] = [];
  isClosedByPage = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosedByPage = true;
  }

  accept(): void {
    this.onopen?.({} as Event);
  }

  deliver(data: unknown): void {
    this.onmessage?.({ data } as MessageEvent);
  }

  /** The server closes it, or refuses it. */
  drop(): void {
    this.onclose?.({} as CloseEvent);
  }
}

/** The network around a transport, and the page that it is in. */
export class FakeNetwork {
  /** All sockets so far; the last is the newest. */
  readonly sockets: FakeSocket[] = [];
  /** How many probes there were. */
  probes = 0;
  /** Whether a server answers: to probes, and by accepting sockets. Undefined: no answer of any kind. */
  isThere: boolean | undefined = true;
  isHidden = false;
  readonly #onReturn = new Set<() => void>();

  readonly socket: SocketConstructor;

  constructor() {
    const network = this;
    this.socket = class extends FakeSocket {
      constructor(url: string) {
        super(url);
        network.sockets.push(this);
        const { isThere } = network;
        if (isThere !== undefined) queueMicrotask(() => (isThere ? this.accept() : this.drop()));
      }
    };
  }

  readonly probe = (): Promise<boolean> => {
    this.probes += 1;
    return this.isThere === undefined ? new Promise(() => {}) : Promise.resolve(this.isThere);
  };

  readonly presence: PagePresence = {
    isHidden: () => this.isHidden,
    onReturn: (listener) => {
      this.#onReturn.add(listener);
      return () => this.#onReturn.delete(listener);
    },
  };

  /** How many listen for the page's return. */
  get watchers(): number {
    return this.#onReturn.size;
  }

  /** The page is seen again, or its network is back. */
  comeBack(): void {
    this.isHidden = false;
    for (const listener of this.#onReturn) listener();
  }

  get newest(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }
}
