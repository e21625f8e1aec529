import { describe, expect, it } from "vitest";
import { type Parameter, ParameterStore, RpcClient } from "../src/index.ts";
import { FakePlugin, parameter } from "./fake-plugin.ts";
import { ManualClock, settled } from "./manual-clock.ts";
import { ManualFrames } from "./manual-frames.ts";

function loaded() {
  const [plugin, clock, frames] = [new FakePlugin(), new ManualClock(), new ManualFrames()];
  const parameters = new ParameterStore(new RpcClient(plugin, { clock }), frames.schedule);
  plugin.connect();
  plugin.answer("getAllParameters", { parameters: [parameter("gain", 0.25, { text: "-12 dB" })] });
  const gain = (): Parameter => {
    const control = parameters.control("gain");
    if (control === undefined) throw new Error("gain is not there");
    return control;
  };
  return { plugin, clock, frames, gain };
}

describe("the text of a value", () => {
  it("comes with a load, and nothing is asked", () => {
    const { plugin, gain } = loaded();
    expect(gain().text).toBe("\u221212 dB");
    expect(plugin.log("formatParameter")).toEqual([]);
  });

  it("is asked of the plugin when the value moves, and the old one stays until it comes", () => {
    const { plugin, gain } = loaded();
    plugin.tell("parameterChanged", { id: "gain", value: 0.5 });
    expect(gain()).toMatchObject({ value: 0.5, text: "\u221212 dB" });
    plugin.answer("formatParameter", { text: "0 dB" });
    expect(gain()).toMatchObject({ value: 0.5, text: "0 dB" });
    expect(plugin.log("formatParameter")).toEqual(["formatParameter 0.5"]);
  });

  it("is asked for one value at a time, next for the newest", () => {
    const { plugin, gain } = loaded();
    for (const value of [0.5, 0.6, 0.7, 0.8]) plugin.tell("parameterChanged", { id: "gain", value });
    expect(plugin.log("formatParameter")).toEqual(["formatParameter 0.5"]);
    plugin.answer("formatParameter", { text: "0 dB" });
    expect(plugin.log("formatParameter")).toEqual(["formatParameter 0.5", "formatParameter 0.8"]);
    plugin.answer("formatParameter", { text: "6 dB" });
    expect(gain().text).toBe("6 dB");
    expect(plugin.open("formatParameter")).toEqual([]);
  });

  it("follows a value that never rests", () => {
    const { plugin, gain } = loaded();
    plugin.tell("parameterChanged", { id: "gain", value: 0 });
    for (const value of [0.1, 0.2, 0.3, 0.4]) {
      plugin.tell("parameterChanged", { id: "gain", value });
      plugin.answer("formatParameter", { text: `before ${value}` });
      expect(gain().text).toBe(`before ${value}`);
    }
  });

  it("is asked once a frame at most in a drag", () => {
    const { plugin, frames, gain } = loaded();
    gain().begin();
    for (const value of [0.1, 0.2, 0.3]) {
      gain().change(value);
      if (plugin.open("formatParameter").length > 0) plugin.answer("formatParameter", { text: `${value}` });
    }
    expect(plugin.log("formatParameter")).toEqual(["formatParameter 0.1"]);
    frames.tick();
    expect(plugin.log("formatParameter")).toEqual(["formatParameter 0.1", "formatParameter 0.3"]);
    plugin.answer("formatParameter", { text: "last" });
    gain().end();
    expect(gain().text).toBe("last");
  });

  it("stays when the plugin has none, which is not asked again", () => {
    const { plugin, gain } = loaded();
    plugin.tell("parameterChanged", { id: "gain", value: 0.5 });
    plugin.refuse("formatParameter");
    expect(gain().text).toBe("\u221212 dB");
    expect(plugin.log("formatParameter")).toHaveLength(1);
  });

  it("comes from the load when the connection dropped in between", () => {
    const { plugin, gain } = loaded();
    plugin.tell("parameterChanged", { id: "gain", value: 0.5 });
    plugin.drop();
    plugin.connect();
    plugin.answer("getAllParameters", { parameters: [parameter("gain", 0.6, { text: "2 dB" })] });
    expect(gain().text).toBe("2 dB");
    expect(plugin.log("formatParameter")).toHaveLength(1);
    plugin.tell("parameterChanged", { id: "gain", value: 0.7 });
    expect(plugin.log("formatParameter")).toHaveLength(2);
  });

  it("is not that of an answer which a load has made old", () => {
    const { plugin, gain } = loaded();
    plugin.tell("parameterChanged", { id: "gain", value: 0.5 });
    plugin.tell("parametersChanged", {});
    plugin.answer("getAllParameters", { parameters: [parameter("gain", 0.5, { text: "new text" })] });
    plugin.answer("formatParameter", { text: "old text" });
    expect(gain().text).toBe("new text");
  });

  it("is the plugin's again after a refused change", () => {
    const { plugin, gain } = loaded();
    gain().change(0.75);
    plugin.answer("formatParameter", { text: "6 dB" });
    plugin.refuse("setParameter");
    plugin.answer("formatParameter", { text: "-12 dB" });
    expect(gain()).toMatchObject({ value: 0.25, text: "\u221212 dB" });
  });
});

describe("entering a text", () => {
  it("is one gesture with the value that the plugin reads in it", async () => {
    const { plugin, gain } = loaded();
    const entered = gain().enter("-3");
    expect(plugin.sent.at(-1)).toMatchObject({
      method: "parseParameter",
      params: { id: "gain", text: "-3", clamp: true },
    });
    plugin.answer("parseParameter", { value: 0.4 });
    await settled();
    plugin.answer("setParameter", {});
    expect(await entered).toBe(true);
    expect(plugin.log("beginGesture", "setParameter", "endGesture")).toEqual([
      "beginGesture",
      "setParameter 0.4",
      "endGesture",
    ]);
    expect(gain().value).toBe(0.4);
  });

  it("changes nothing and says so when the plugin cannot read it", async () => {
    const { plugin, gain } = loaded();
    const entered = gain().enter("loud");
    plugin.refuse("parseParameter");
    expect(await entered).toBe(false);
    expect(plugin.log("beginGesture", "setParameter")).toEqual([]);
    expect(gain().value).toBe(0.25);
  });

  it("says so when the value is refused", async () => {
    const { plugin, gain } = loaded();
    const entered = gain().enter("7");
    plugin.answer("parseParameter", { value: 0.4 });
    await settled();
    plugin.refuse("setParameter");
    expect(await entered).toBe(false);
    expect(gain().value).toBe(0.25);
  });

  it("says so while a gesture is held that has lost its connection", async () => {
    const { plugin, gain } = loaded();
    gain().begin();
    plugin.drop();
    plugin.connect();
    const entered = gain().enter("7");
    plugin.answer("parseParameter", { value: 0.4 });
    expect(await entered).toBe(false);
    expect(plugin.log("setParameter")).toEqual([]);
  });

  it.each(["parseParameter", "setParameter"] as const)(
    "says so when the connection drops during %s",
    async (method) => {
      const { plugin, gain } = loaded();
      const entered = gain().enter("7");
      if (method === "setParameter") plugin.answer("parseParameter", { value: 0.4 });
      await settled();
      expect(plugin.open(method)).toHaveLength(1);
      plugin.drop();
      expect(await entered).toBe(false);
    },
  );
});
