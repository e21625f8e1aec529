import { describe, expect, it, vi } from "vitest";
import { DisconnectedError, RpcClient, RpcRefusedError, TimeoutError } from "../src/index.ts";
import { FakePlugin } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";

function connected() {
  const [plugin, clock] = [new FakePlugin(), new ManualClock()];
  const rpc = new RpcClient(plugin, { clock });
  plugin.connect();
  return { plugin, clock, rpc };
}

describe("requests", () => {
  it("are JSON-RPC with an id of their own, and params even where there is nothing to say", () => {
    const { plugin, rpc } = connected();
    void rpc.request("ping");
    void rpc.request("getParameter", { id: "gain" });
    expect(plugin.sent).toEqual([
      { jsonrpc: "2.0", id: expect.any(Number), method: "ping", params: {} },
      { jsonrpc: "2.0", id: expect.any(Number), method: "getParameter", params: { id: "gain" } },
    ]);
    expect(plugin.sent[0]?.id).not.toBe(plugin.sent[1]?.id);
  });

  it("are matched with their answers by id, in whichever order those come", async () => {
    const { plugin, rpc } = connected();
    const one = rpc.request("getParameter", { id: "one" });
    const other = rpc.request("getParameter", { id: "other" });
    for (const { id, params } of [...plugin.sent].reverse()) {
      plugin.deliver(JSON.stringify({ jsonrpc: "2.0", id, result: { id: params.id, value: 1 } }));
    }
    expect(await one).toEqual({ id: "one", value: 1 });
    expect(await other).toEqual({ id: "other", value: 1 });
  });

  it("are rejected with the code when the plugin refuses", async () => {
    const { plugin, rpc } = connected();
    const request = rpc.request("getParameter", { id: "gone" });
    plugin.refuse("getParameter", -32000);
    const error = await request.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RpcRefusedError);
    expect(error).toMatchObject({ code: -32000, message: "getParameter: getParameter is refused" });
  });

  it("time out after five seconds, and the late answer is no news to anyone", async () => {
    const { plugin, clock, rpc } = connected();
    const settle = vi.fn();
    rpc.call("ping", {}, settle);
    await clock.pass(4_999);
    expect(settle).not.toHaveBeenCalled();
    await clock.pass(1);
    expect(settle).toHaveBeenCalledExactlyOnceWith({ error: expect.any(TimeoutError) });
    plugin.answer("ping", { pong: true });
    expect(settle).toHaveBeenCalledOnce();
    expect(rpc.malformed.read()).toBe(0);
  });

  it("leave no timer behind when they are answered", async () => {
    const { plugin, clock, rpc } = connected();
    const request = rpc.request("ping");
    plugin.answer("ping", { pong: true });
    await request;
    expect(clock.waiting).toBe(0);
  });

  it("are rejected when the connection goes, all of them, and never sent again", async () => {
    const { plugin, clock, rpc } = connected();
    const requests = [rpc.request("ping"), rpc.request("getInfo")];
    plugin.drop();
    for (const request of requests) await expect(request).rejects.toBeInstanceOf(DisconnectedError);
    plugin.connect();
    expect(plugin.sent).toHaveLength(2);
    expect(clock.waiting).toBe(0);
  });

  it("are rejected at once without a connection", async () => {
    const { plugin, clock, rpc } = connected();
    plugin.drop();
    await expect(rpc.request("ping")).rejects.toBeInstanceOf(DisconnectedError);
    expect(clock.waiting).toBe(0);
    expect(rpc.notify("ping")).toBe(false);
    plugin.connect();
    expect(plugin.sent).toEqual([]);
  });

  it("are settled before the message after the answer is looked at", () => {
    const { plugin, rpc } = connected();
    const order: string[] = [];
    rpc.on("parametersChanged", () => order.push("news"));
    rpc.call("ping", {}, () => order.push("answer"));
    plugin.answer("ping", { pong: true });
    plugin.tell("parametersChanged", {});
    expect(order).toEqual(["answer", "news"]);
  });
});

describe("notifications", () => {
  it("to the plugin have no id", () => {
    const { plugin, rpc } = connected();
    expect(rpc.notify("endGesture", { id: "gain" })).toBe(true);
    expect(plugin.sent).toEqual([{ jsonrpc: "2.0", method: "endGesture", params: { id: "gain" } }]);
  });

  it("reach their listeners until those leave", () => {
    const { plugin, rpc } = connected();
    const [one, other] = [vi.fn(), vi.fn()];
    const leave = rpc.on("parameterChanged", one);
    rpc.on("buildStatusChanged", other);
    plugin.tell("parameterChanged", { id: "gain", value: 0.25 });
    leave();
    plugin.tell("parameterChanged", { id: "gain", value: 0.5 });
    expect(one).toHaveBeenCalledExactlyOnceWith({ id: "gain", value: 0.25 });
    expect(other).not.toHaveBeenCalled();
  });

  it("of an unknown name are ignored", () => {
    const { plugin, rpc } = connected();
    plugin.deliver('{"jsonrpc":"2.0","method":"moonPhaseChanged","params":{"phase":0.5}}');
    expect(rpc.malformed.read()).toBe(0);
  });
});

describe("malformed messages", () => {
  it.each([
    "",
    "{",
    "null",
    "1",
    '"text"',
    "[]",
    "{}",
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","id":1,"error":"no"}',
    '{"jsonrpc":"2.0","method":"parameterChanged"}',
    '{"jsonrpc":"2.0","method":"parameterChanged","params":7}',
  ])("are counted and disturb nothing: %s", async (text) => {
    const { plugin, rpc } = connected();
    rpc.on("parameterChanged", ({ id }) => id.length);
    const request = rpc.request("ping");
    const follow = vi.fn();
    rpc.malformed.subscribe(follow);
    plugin.deliver(text);
    expect(rpc.malformed.read()).toBe(1);
    expect(follow).toHaveBeenCalledOnce();
    plugin.answer("ping", { pong: true });
    expect(await request).toEqual({ pong: true });
  });
});
