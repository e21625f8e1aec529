import { afterEach, describe, expect, it } from "vitest";
import { type Readable, WavecraftClient, WebSocketTransport } from "../src/index.ts";

/**
 * The address of a running development server, such as ws://127.0.0.1:9000. Without one, these tests are skipped. They
 * need Node's own WebSocket: version 22 or later, or NODE_OPTIONS=--experimental-websocket.
 */
const SERVER = process.env.WAVECRAFT_SERVER;

const clients: WavecraftClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** A page that is connected and has loaded everything. */
async function page(): Promise<WavecraftClient> {
  const client = new WavecraftClient({ transport: new WebSocketTransport({ url: SERVER ?? "" }) });
  clients.push(client);
  client.start();
  await until(client.parameters.list, ({ status }) => status === "ready");
  return client;
}

/** Waits for a store to say so; the test's own time limit bounds it. */
function until<T>(store: Readable<T>, isIt: (value: T) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isIt(store.read())) return;
      leave();
      resolve();
    };
    const leave = store.subscribe(look);
    look();
  });
}

/** A parameter's control as a store. */
function follow(client: WavecraftClient, id: string) {
  return {
    read: () => client.parameters.control(id),
    subscribe: (listener: () => void) => client.parameters.subscribe(id, listener),
  };
}

describe.skipIf(SERVER === undefined)("a real development server (WAVECRAFT_SERVER)", () => {
  it("says who it is, how its audio is, and which parameters there are", async () => {
    const client = await page();
    await until(client.pluginInfo, (info) => info !== null);
    await until(client.audioStatus, (status) => status !== null);
    expect(client.pluginInfo.read()).toMatchObject({ host: "devServer", protocol: 1 });
    expect(client.parameters.list.read().parameters.length).toBeGreaterThan(0);
    expect(client.rpc.malformed.read()).toBe(0);
  });

  it("passes a drag on one page to the other, with the plugin's text", async () => {
    const [one, other] = [await page(), await page()];
    const info = one.parameters.list.read().parameters.find(({ type }) => type === "float");
    if (info === undefined) throw new Error("this plugin has no continuous parameter");
    const [here, there] = [follow(one, info.id), follow(other, info.id)];
    const target = here.read()?.value === 0.75 ? 0.25 : 0.75;
    here.read()?.begin();
    for (let step = 1; step <= 20; step += 1) here.read()?.change((target * step) / 20);
    here.read()?.end();
    await until(there, (control) => control?.value === target);
    const { text } = await other.rpc.request("formatParameter", { id: info.id, value: target });
    await until(here, (control) => control?.text === text);
    await until(there, (control) => control?.text === text);
    expect(here.read()?.value).toBe(target);
  });

  it("reads the texts that it writes, and refuses others", async () => {
    const client = await page();
    const info = client.parameters.list.read().parameters.find(({ type }) => type === "float");
    const control = client.parameters.control(info?.id ?? "");
    expect(await control?.enter("no value at all")).toBe(false);
    const before = control?.text ?? "";
    expect(await control?.enter(before)).toBe(true);
  });
});
