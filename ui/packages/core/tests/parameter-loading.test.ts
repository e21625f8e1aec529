import { describe, expect, it, vi } from "vitest";
import { ParameterStore, RpcClient } from "../src/index.ts";
import { FakePlugin, parameter } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";
import { ManualFrames } from "./manual-frames.ts";

function store() {
  const [plugin, clock, frames] = [new FakePlugin(), new ManualClock(), new ManualFrames()];
  const parameters = new ParameterStore(new RpcClient(plugin, { clock }), frames.schedule);
  return { plugin, clock, parameters };
}

const loads = (plugin: FakePlugin) => plugin.log("getAllParameters").length;

describe("loading", () => {
  it("happens once for each connection, and never without one", () => {
    const { plugin, parameters } = store();
    expect(parameters.list.read()).toEqual({ status: "loading", parameters: [] });
    expect(loads(plugin)).toBe(0);
    plugin.connect();
    expect(loads(plugin)).toBe(1);
    plugin.answer("getAllParameters", { parameters: [parameter("gain"), parameter("mix")] });
    expect(parameters.list.read().status).toBe("ready");
    expect(parameters.list.read().parameters.map(({ id }) => id)).toEqual(["gain", "mix"]);
    plugin.drop();
    plugin.connect();
    expect(loads(plugin)).toBe(2);
  });

  it("does not poll", async () => {
    const { plugin, clock } = store();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    await clock.pass(3_600_000);
    expect(plugin.sent).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });

  it("happens again when the plugin says so", () => {
    const { plugin, parameters } = store();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain", 0.25)] });
    plugin.tell("parametersChanged", {});
    plugin.answer("getAllParameters", { parameters: [parameter("drive", 0.75)] });
    expect(parameters.list.read().parameters.map(({ id }) => id)).toEqual(["drive"]);
    expect(parameters.control("gain")).toBeUndefined();
    expect(parameters.control("drive")).toMatchObject({ value: 0.75, text: "0.75 of the plugin" });
  });

  it("happens exactly once more however often the plugin says so during a load", () => {
    const { plugin } = store();
    plugin.connect();
    for (let time = 0; time < 5; time += 1) plugin.tell("parametersChanged", {});
    expect(loads(plugin)).toBe(1);
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    expect(loads(plugin)).toBe(2);
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    expect(loads(plugin)).toBe(2);
  });

  it("starts anew when the connection drops in the middle", () => {
    const { plugin, parameters } = store();
    plugin.connect();
    plugin.tell("parametersChanged", {});
    plugin.drop();
    expect(parameters.list.read().status).toBe("loading");
    expect(loads(plugin)).toBe(1);
    plugin.swallow("getAllParameters");
    plugin.connect();
    expect(loads(plugin)).toBe(2);
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    expect(parameters.list.read().status).toBe("ready");
    expect(loads(plugin)).toBe(2);
  });

  it("keeps what was known while there is no connection", () => {
    const { plugin, parameters } = store();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain", 0.25)] });
    const [list, control] = [parameters.list.read(), parameters.control("gain")];
    plugin.drop();
    expect(parameters.list.read()).toBe(list);
    expect(parameters.control("gain")).toBe(control);
  });

  it("says so when it is refused, keeps what was known, and recovers", () => {
    const { plugin, parameters } = store();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    plugin.tell("parametersChanged", {});
    plugin.refuse("getAllParameters", -32603);
    expect(parameters.list.read()).toMatchObject({
      status: "error",
      parameters: [{ id: "gain" }],
      error: { code: -32603 },
    });
    expect(loads(plugin)).toBe(2);
    parameters.reload();
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    expect(parameters.list.read().status).toBe("ready");
    expect(parameters.list.read().error).toBeUndefined();
  });

  it("is tried again when no answer came in time, one load at a time", async () => {
    const { plugin, clock, parameters } = store();
    plugin.connect();
    await clock.pass(5_000);
    expect(parameters.list.read().status).toBe("error");
    expect(loads(plugin)).toBe(2);
    plugin.swallow("getAllParameters");
    await clock.pass(5_000);
    expect(loads(plugin)).toBe(3);
    plugin.drop();
    await clock.pass(60_000);
    expect(loads(plugin)).toBe(3);
  });
});

describe("following", () => {
  it("tells of one parameter only who reads that one", () => {
    const { plugin, parameters } = store();
    const [gain, mix, list] = [vi.fn(), vi.fn(), vi.fn()];
    parameters.subscribe("gain", gain);
    parameters.subscribe("mix", mix);
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain"), parameter("mix")] });
    parameters.list.subscribe(list);
    for (const listener of [gain, mix]) {
      expect(listener).toHaveBeenCalledOnce();
      listener.mockClear();
    }
    const still = parameters.control("mix");
    plugin.tell("parameterChanged", { id: "gain", value: 0.75 });
    expect(gain).toHaveBeenCalledOnce();
    expect(mix).not.toHaveBeenCalled();
    expect(list).not.toHaveBeenCalled();
    expect(parameters.control("mix")).toBe(still);
    expect(parameters.control("gain")?.value).toBe(0.75);
  });

  it("gives a new object for each change, with the same functions, and the same object without one", () => {
    const { plugin, parameters } = store();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain", 0.25)] });
    const before = parameters.control("gain");
    plugin.tell("parameterChanged", { id: "gain", value: 0.25 });
    expect(parameters.control("gain")).toBe(before);
    plugin.tell("parameterChanged", { id: "gain", value: 0.5 });
    const after = parameters.control("gain");
    expect(after).not.toBe(before);
    for (const name of ["begin", "change", "end", "reset", "enter"] as const) {
      expect(after?.[name]).toBe(before?.[name]);
    }
  });

  it("ends when the listener leaves, and news of unknown parameters are ignored", () => {
    const { plugin, parameters } = store();
    const listener = vi.fn();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    parameters.subscribe("gain", listener)();
    plugin.tell("parameterChanged", { id: "gain", value: 0.75 });
    plugin.tell("parameterChanged", { id: "unknown", value: 0.75 });
    expect(listener).not.toHaveBeenCalled();
    expect(parameters.control("unknown")).toBeUndefined();
  });
});
