import type { MethodName, Methods, ParamsArgument } from "@wavecraft/core";
import type { Browser, Page } from "playwright-core";

/** What the document that holds the socket has beside it. */
type Asking = { ask(method: string, params: object): Promise<unknown> };

/** A connection to the development server beside that of the page under test: it tells what the server holds. */
export class ServerConnection {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Connects, from a document of the server's that is no page. */
  static async open(browser: Browser, url: string): Promise<ServerConnection> {
    const page = await browser.newPage();
    await page.goto(new URL("assets/page-error.js", url).href);
    await page.evaluate(
      (url) =>
        new Promise<void>((resolve, reject) => {
          const socket = new WebSocket(url);
          const pending = new Map<
            number,
            [resolve: (result: unknown) => void, reject: (error: Error) => void]
          >();
          let lastId = 0;
          const ask = (method: string, params: object) =>
            new Promise((resolve, reject) => {
              lastId += 1;
              pending.set(lastId, [resolve, reject]);
              socket.send(JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params }));
            });
          Object.assign(globalThis, { ask });
          socket.onopen = () => resolve();
          socket.onerror = () => reject(new Error(`no connection to ${url}`));
          socket.onmessage = ({ data }) => {
            const { id, error, result } = JSON.parse(data);
            const [resolve, reject] = pending.get(id) ?? [];
            pending.delete(id);
            if (error === undefined) resolve?.(result);
            else reject?.(new Error(error.message));
          };
        }),
      url.replace("http", "ws"),
    );
    return new ServerConnection(page);
  }

  /** What the server answers. */
  async request<M extends MethodName>(
    method: M,
    ...[params = {}]: ParamsArgument<M>
  ): Promise<Methods[M]["result"]> {
    const answer = await this.#page.evaluate(
      ([method, params]) => (globalThis as unknown as Asking).ask(method, params),
      [method as string, params as object] as const,
    );
    return answer as Methods[M]["result"];
  }

  /** A parameter's value, in [0, 1]. */
  async valueOf(id: string): Promise<number> {
    return (await this.request("getParameter", { id })).value;
  }

  /** What a parameter's value reads in the plugin's own words. */
  async textOf(id: string): Promise<string> {
    return (await this.request("formatParameter", { id, value: await this.valueOf(id) })).text;
  }

  /** Sets a parameter to what a user would type. */
  async set(id: string, text: string): Promise<void> {
    const { value } = await this.request("parseParameter", { id, text });
    await this.request("setParameter", { id, value });
  }

  /** Ends it. */
  close(): Promise<void> {
    return this.#page.close();
  }
}
