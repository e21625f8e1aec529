import { describe, expect, it, vi } from "vitest";
import { RpcClient, SignalStore, Store } from "../src/index.ts";
import { FakePlugin } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";

function connected() {
  const [plugin, clock, visible] = [new FakePlugin(), new ManualClock(), new Store(true)];
  const signals = new SignalStore(new RpcClient(plugin, { clock }), visible);
  plugin.connect();
  return { plugin, clock, visible, signals };
}

/** What was asked of the plugin since the last call. */
function asked(plugin: FakePlugin): string[] {
  const sent = plugin.sent.splice(0);
  return sent.map(({ method, params }) => [method, params.id, params.resolution].filter(Boolean).join(" "));
}

const tell = (plugin: FakePlugin, id: string, values: number[]) =>
  plugin.tell("signalUpdate", { id, timestamp_us: 1, values });

describe("signals", () => {
  it("are asked for while somebody follows them, and come to those who do", () => {
    const { plugin, signals } = connected();
    expect(asked(plugin)).toEqual([]);
    const [one, other] = [vi.fn(), vi.fn()];
    const leave = signals.follow("before", 64, one);
    signals.follow("after", 64, other);
    expect(asked(plugin)).toEqual(["subscribeSignal before 64", "subscribeSignal after 64"]);
    tell(plugin, "before", [-6]);
    tell(plugin, "unheard", [-9]);
    expect(one.mock.calls).toEqual([[[-6]]]);
    expect(other).not.toHaveBeenCalled();
    leave();
    leave();
    expect(asked(plugin)).toEqual(["unsubscribeSignal before"]);
    tell(plugin, "before", [-3]);
    expect(one).toHaveBeenCalledTimes(1);
  });

  it("come at the finest resolution that anybody on the page wants", () => {
    const { plugin, signals } = connected();
    const coarse = vi.fn();
    signals.follow("before", 64, coarse);
    const leave = signals.follow("before", 512, vi.fn());
    signals.follow("before", 128, vi.fn());
    expect(asked(plugin)).toEqual(["subscribeSignal before 64", "subscribeSignal before 512"]);
    tell(plugin, "before", [-6, -7]);
    expect(coarse).toHaveBeenCalledWith([-6, -7]);
    leave();
    expect(asked(plugin)).toEqual(["subscribeSignal before 128"]);
  });

  it("are not asked for while nobody sees the page", () => {
    const { plugin, visible, signals } = connected();
    const listener = vi.fn();
    signals.follow("before", 64, listener);
    asked(plugin);
    visible.set(false);
    expect(asked(plugin)).toEqual(["unsubscribeSignal before"]);
    expect(listener).toHaveBeenLastCalledWith(null);
    signals.follow("after", 64, vi.fn());
    expect(asked(plugin)).toEqual([]);
    visible.set(true);
    expect(asked(plugin)).toEqual(["subscribeSignal before 64", "subscribeSignal after 64"]);
  });

  it("are asked for again after a loss of the connection and by another build", () => {
    const { plugin, signals } = connected();
    const listener = vi.fn();
    signals.follow("before", 64, listener);
    plugin.refuse("subscribeSignal", -32006);
    asked(plugin);
    plugin.tell("parametersChanged", {});
    expect(asked(plugin)).toEqual(["subscribeSignal before 64"]);
    plugin.drop();
    expect(listener).toHaveBeenLastCalledWith(null);
    plugin.connect();
    expect(asked(plugin)).toEqual(["subscribeSignal before 64"]);
  });

  it("are asked for until there is an answer, as long as they are wanted", async () => {
    const { plugin, clock, signals } = connected();
    const leave = signals.follow("before", 64, vi.fn());
    asked(plugin);
    await clock.pass(5_000);
    expect(asked(plugin)).toEqual(["subscribeSignal before 64"]);
    leave();
    asked(plugin);
    await clock.pass(5_000);
    expect(asked(plugin)).toEqual([]);
  });
});
