import { describe, expect, it } from "vitest";
import { type Parameter, ParameterStore, RpcClient } from "../src/index.ts";
import { FakePlugin, parameter } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";
import { ManualFrames } from "./manual-frames.ts";

/** A connected store with "gain" at a quarter. */
function loaded() {
  const [plugin, clock, frames] = [new FakePlugin(), new ManualClock(), new ManualFrames()];
  const parameters = new ParameterStore(new RpcClient(plugin, { clock }), frames.schedule);
  const load = (value = 0.25) => {
    plugin.answer("getAllParameters", { parameters: [parameter("gain", value, { default: 0.5 })] });
  };
  plugin.connect();
  load();
  const gain = (): Parameter => {
    const control = parameters.control("gain");
    if (control === undefined) throw new Error("gain is not there");
    return control;
  };
  const log = () => plugin.log("beginGesture", "setParameter", "endGesture");
  return { plugin, clock, frames, parameters, load, gain, log };
}

describe("a gesture", () => {
  it("goes begin, changes, end, with the last value before the end", () => {
    const { frames, gain, log } = loaded();
    gain().begin();
    gain().change(0.3);
    frames.tick();
    gain().change(0.4);
    frames.tick();
    gain().change(0.5);
    gain().change(0.6);
    gain().end();
    expect(log()).toEqual([
      "beginGesture",
      "setParameter 0.3",
      "setParameter 0.4",
      "setParameter 0.5",
      "setParameter 0.6",
      "endGesture",
    ]);
    frames.tick();
    expect(log()).toHaveLength(6);
    expect(frames.waiting).toBe(0);
  });

  it("sends the first change at once, then one for each frame at most, always the newest", () => {
    const { frames, gain, log } = loaded();
    gain().begin();
    for (let step = 1; step <= 10; step += 1) gain().change(step / 100);
    expect(log()).toEqual(["beginGesture", "setParameter 0.01"]);
    frames.tick();
    expect(log().slice(2)).toEqual(["setParameter 0.1"]);
    gain().change(0.2);
    gain().change(0.3);
    frames.tick();
    expect(log().slice(3)).toEqual(["setParameter 0.3"]);
    frames.tick();
    frames.tick();
    expect(log()).toHaveLength(4);
    expect(frames.waiting).toBe(0);
  });

  it("shows the user's value at once, and the same value all through", () => {
    const { plugin, frames, gain } = loaded();
    gain().begin();
    gain().change(0.8);
    expect(gain().value).toBe(0.8);
    plugin.tell("parameterChanged", { id: "gain", value: 0.1 });
    expect(gain().value).toBe(0.8);
    plugin.answer("setParameter", {});
    plugin.tell("parameterChanged", { id: "gain", value: 0.8 });
    gain().change(0.9);
    frames.tick();
    plugin.tell("parameterChanged", { id: "gain", value: 0.8 });
    expect(gain().value).toBe(0.9);
  });

  it("that moves nothing changes nothing", () => {
    const { plugin, gain, log } = loaded();
    gain().begin();
    expect(gain().value).toBe(0.25);
    plugin.tell("parameterChanged", { id: "gain", value: 0.6 });
    expect(gain().value).toBe(0.25);
    gain().end();
    expect(gain().value).toBe(0.6);
    expect(log()).toEqual(["beginGesture", "endGesture"]);
  });

  it("leaves no frame waiting, so that the next one's first change goes at once as well", () => {
    const { frames, gain, log } = loaded();
    for (const value of [0.3, 0.4]) {
      gain().begin();
      gain().change(value);
      expect(log().at(-1)).toBe(`setParameter ${value}`);
      gain().end();
      expect(frames.waiting).toBe(0);
    }
  });

  it("is one for all who hold the control at once", () => {
    const { plugin, gain, log } = loaded();
    gain().begin();
    gain().begin();
    gain().change(0.5);
    gain().end();
    plugin.answer("setParameter", {});
    plugin.tell("parameterChanged", { id: "gain", value: 0.1 });
    expect(gain().value).toBe(0.5);
    gain().end();
    gain().end();
    expect(log()).toEqual(["beginGesture", "setParameter 0.5", "endGesture"]);
    expect(gain().value).toBe(0.1);
  });

  it("is whole around a change outside of one, and around a reset", () => {
    const { plugin, gain, log } = loaded();
    gain().change(0.7);
    expect(gain().value).toBe(0.7);
    gain().reset();
    expect(log()).toEqual([
      "beginGesture",
      "setParameter 0.7",
      "endGesture",
      "beginGesture",
      "setParameter 0.5",
      "endGesture",
    ]);
    plugin.answer("setParameter", {});
    plugin.answer("setParameter", {});
    expect(gain().value).toBe(0.5);
  });

  it("keeps values within range, and takes nothing for NaN", () => {
    const { gain, log } = loaded();
    gain().change(1.5);
    gain().change(-1);
    gain().change(Number.NaN);
    expect(log().filter((entry) => entry.startsWith("set"))).toEqual(["setParameter 1", "setParameter 0"]);
  });

  it("ends at the plugin when the parameter goes in the middle of it", () => {
    const { plugin, frames, parameters, gain, log } = loaded();
    const control = gain();
    control.begin();
    control.change(0.5);
    control.change(0.6);
    plugin.tell("parametersChanged", {});
    plugin.answer("getAllParameters", { parameters: [] });
    expect(parameters.control("gain")).toBeUndefined();
    frames.tick();
    control.change(0.7);
    control.end();
    control.change(0.8);
    expect(log()).toEqual(["beginGesture", "setParameter 0.5", "endGesture"]);
  });
});

describe("the truth after a gesture", () => {
  it("is the user's value when the plugin took it", () => {
    const { plugin, gain } = loaded();
    gain().change(0.7);
    plugin.answer("setParameter", {});
    expect(gain().value).toBe(0.7);
  });

  it("is not news from before the answer, which is older than the change", () => {
    const { plugin, gain } = loaded();
    gain().change(0.7);
    plugin.tell("parameterChanged", { id: "gain", value: 0.1 });
    expect(gain().value).toBe(0.7);
    plugin.answer("setParameter", {});
    expect(gain().value).toBe(0.7);
  });

  it("is news from after the answer, even when both arrive in one go", async () => {
    const { plugin, gain } = loaded();
    gain().change(0.7);
    plugin.answer("setParameter", {});
    plugin.tell("parameterChanged", { id: "gain", value: 0.1 });
    await Promise.resolve();
    expect(gain().value).toBe(0.1);
  });

  it("is the plugin's when somebody else was last while the control was still held", () => {
    const { plugin, gain } = loaded();
    gain().begin();
    gain().change(0.7);
    plugin.answer("setParameter", {});
    plugin.tell("parameterChanged", { id: "gain", value: 0.1 });
    expect(gain().value).toBe(0.7);
    gain().end();
    expect(gain().value).toBe(0.1);
  });

  it("is the nearest step where the plugin says so", () => {
    const { plugin, gain } = loaded();
    gain().change(0.7);
    plugin.answer("setParameter", {});
    plugin.tell("parameterChanged", { id: "gain", value: 1 });
    expect(gain().value).toBe(1);
  });

  it("is the plugin's value again when the change was refused", () => {
    const { plugin, gain } = loaded();
    gain().change(0.7);
    plugin.tell("parameterChanged", { id: "gain", value: 0.3 });
    plugin.refuse("setParameter");
    expect(gain().value).toBe(0.3);
  });

  it("waits for all answers: an early refusal does not pull the control back", () => {
    const { plugin, frames, gain } = loaded();
    gain().begin();
    gain().change(0.6);
    frames.tick();
    gain().change(0.7);
    gain().end();
    plugin.refuse("setParameter");
    expect(gain().value).toBe(0.7);
    plugin.answer("setParameter", {});
    expect(gain().value).toBe(0.7);
  });

  it("is asked for when the plugin did not say whether it took the change", async () => {
    const { clock, load, gain } = loaded();
    gain().change(0.7);
    await clock.pass(5_000);
    load(0.65);
    expect(gain().value).toBe(0.65);
  });

  it("is older than a change that was made while a load was under way", () => {
    const { plugin, load, gain } = loaded();
    plugin.tell("parametersChanged", {});
    gain().change(0.7);
    load(0.25);
    expect(gain().value).toBe(0.7);
    plugin.answer("setParameter", {});
    expect(gain().value).toBe(0.7);
  });
});

describe("without a connection", () => {
  it("controls do nothing, then or later", async () => {
    const { plugin, frames, load, gain, log } = loaded();
    plugin.drop();
    gain().change(0.7);
    gain().reset();
    gain().begin();
    gain().change(0.8);
    gain().end();
    expect(await gain().enter("7")).toBe(false);
    expect(gain().value).toBe(0.25);
    frames.tick();
    plugin.connect();
    load();
    frames.tick();
    expect(log()).toEqual([]);
    gain().change(0.7);
    expect(log()).toHaveLength(3);
  });

  it("a gesture is over, though the finger's value stays for as long as it is held", () => {
    const { plugin, frames, load, gain, log } = loaded();
    gain().begin();
    gain().change(0.6);
    gain().change(0.7);
    plugin.drop();
    frames.tick();
    expect(gain().value).toBe(0.7);
    plugin.connect();
    load(0.4);
    gain().change(0.8);
    frames.tick();
    expect(gain().value).toBe(0.7);
    gain().end();
    expect(gain().value).toBe(0.4);
    expect(log()).toEqual(["beginGesture", "setParameter 0.6"]);
    gain().begin();
    gain().end();
    expect(log().slice(2)).toEqual(["beginGesture", "endGesture"]);
  });

  it("a change that has no answer is undone until the load says what became of it", () => {
    const { plugin, load, gain } = loaded();
    gain().change(0.7);
    plugin.drop();
    expect(gain().value).toBe(0.25);
    plugin.connect();
    load(0.7);
    expect(gain().value).toBe(0.7);
  });
});
