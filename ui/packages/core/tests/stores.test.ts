import { describe, expect, it, vi } from "vitest";
import {
  type AudioStatus,
  AudioStatusStore,
  BuildStatusStore,
  MeterStore,
  type MeterUpdate,
  type PluginInfo,
  PluginInfoStore,
  RpcClient,
  Store,
} from "../src/index.ts";
import { FakePlugin } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";

function connected() {
  const [plugin, clock] = [new FakePlugin(), new ManualClock()];
  const rpc = new RpcClient(plugin, { clock });
  return { plugin, clock, rpc };
}

const LEVELS: MeterUpdate = {
  timestamp_us: 1,
  left_peak: 0.5,
  left_rms: 0.25,
  right_peak: 0.5,
  right_rms: 0.25,
  input_left_peak: 0.5,
  input_left_rms: 0.25,
  input_right_peak: 0.5,
  input_right_rms: 0.25,
  values: {},
};

const STATUS: AudioStatus = { phase: "runningFullDuplex", underruns: 0, overruns: 0, updated_at_ms: 1 };

describe("a store", () => {
  it("tells of changes alone, and each subscription by itself", () => {
    const store = new Store(1);
    const listener = vi.fn();
    const leave = store.subscribe(listener);
    store.subscribe(listener);
    store.set(1);
    expect(listener).not.toHaveBeenCalled();
    store.set(2);
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    leave();
    store.set(3);
    expect(listener).toHaveBeenCalledTimes(3);
    expect(store.read()).toBe(3);
  });
});

describe("the meters", () => {
  it("are the newest levels, and none before the first", () => {
    const { plugin, clock, rpc } = connected();
    const meters = new MeterStore(rpc, clock);
    const listener = vi.fn();
    meters.subscribe(listener);
    plugin.connect();
    expect(meters.read()).toBeNull();
    plugin.tell("meterUpdate", LEVELS);
    plugin.tell("meterUpdate", { ...LEVELS, left_peak: 0.75 });
    expect(meters.read()).toEqual({ ...LEVELS, left_peak: 0.75 });
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it("are gone four tenths of a second after the last, and no sooner", async () => {
    const { plugin, clock, rpc } = connected();
    const meters = new MeterStore(rpc, clock);
    plugin.connect();
    for (let time = 0; time < 60; time += 1) {
      plugin.tell("meterUpdate", LEVELS);
      await clock.pass(16);
      expect(meters.read()).not.toBeNull();
    }
    await clock.pass(383);
    expect(meters.read()).not.toBeNull();
    await clock.pass(1);
    expect(meters.read()).toBeNull();
    expect(clock.waiting).toBe(0);
    plugin.tell("meterUpdate", LEVELS);
    expect(meters.read()).toEqual(LEVELS);
  });

  it("keep the plugin's own values by their ids until there are newer ones, and lose them with the levels", async () => {
    const { plugin, clock, rpc } = connected();
    const meters = new MeterStore(rpc, clock);
    plugin.connect();
    const reduction = meters.own("reduction");
    const listener = vi.fn();
    reduction.subscribe(listener);
    expect(reduction.read()).toBeNull();
    plugin.tell("meterUpdate", { ...LEVELS, values: { reduction: [-3], drive: [0.5, 0.25] } });
    plugin.tell("meterUpdate", LEVELS);
    expect(reduction.read()).toEqual([-3]);
    expect(meters.own("drive").read()).toEqual([0.5, 0.25]);
    expect(meters.own("other").read()).toBeNull();
    expect(meters.own("reduction")).toBe(reduction);
    expect(listener).toHaveBeenCalledTimes(2);
    await clock.pass(400);
    expect(reduction.read()).toBeNull();

    plugin.tell("meterUpdate", { ...LEVELS, values: { reduction: [-3] } });
    for (let frame = 0; frame < 26; frame += 1) {
      await clock.pass(16);
      plugin.tell("meterUpdate", LEVELS);
    }
    expect(reduction.read()).toBeNull();
    expect(meters.read()).not.toBeNull();
  });

  it("are gone with the connection", () => {
    const { plugin, clock, rpc } = connected();
    const meters = new MeterStore(rpc, clock);
    plugin.connect();
    plugin.tell("meterUpdate", LEVELS);
    plugin.drop();
    expect(meters.read()).toBeNull();
    expect(clock.waiting).toBe(0);
  });
});

describe("the audio's status", () => {
  it("is asked upon each connection, follows the news, and is unknown without a connection", () => {
    const { plugin, rpc } = connected();
    const audio = new AudioStatusStore(rpc);
    expect(plugin.sent).toEqual([]);
    plugin.connect();
    plugin.answer("getAudioStatus", { status: STATUS });
    expect(audio.read()).toEqual(STATUS);
    plugin.tell("audioStatusChanged", { ...STATUS, phase: "degraded" });
    expect(audio.read()?.phase).toBe("degraded");
    plugin.drop();
    expect(audio.read()).toBeNull();
    plugin.connect();
    plugin.answer("getAudioStatus", { status: null });
    expect(audio.read()).toBeNull();
  });

  it("is asked again when no answer came in time, once for each connection", async () => {
    const { plugin, clock, rpc } = connected();
    const audio = new AudioStatusStore(rpc);
    plugin.connect();
    await clock.pass(5_000);
    expect(plugin.log("getAudioStatus")).toHaveLength(2);
    plugin.swallow("getAudioStatus");
    plugin.drop();
    plugin.connect();
    expect(plugin.log("getAudioStatus")).toHaveLength(3);
    plugin.answer("getAudioStatus", { status: STATUS });
    expect(audio.read()).toEqual(STATUS);
    await clock.pass(60_000);
    expect(plugin.log("getAudioStatus")).toHaveLength(3);
  });
});

describe("the build's status", () => {
  it("is the newest news", () => {
    const { plugin, rpc } = connected();
    const build = new BuildStatusStore(rpc);
    plugin.connect();
    expect(build.read()).toBeNull();
    plugin.tell("buildStatusChanged", { state: "failed", message: "error[E0308]" });
    expect(build.read()).toEqual({ state: "failed", message: "error[E0308]" });
    plugin.tell("buildStatusChanged", { state: "ok", duration_ms: 400 });
    expect(build.read()).toEqual({ state: "ok", duration_ms: 400 });
  });

  it("can be dismissed until the next news, and goes with the connection", () => {
    const { plugin, rpc } = connected();
    const build = new BuildStatusStore(rpc);
    plugin.connect();
    plugin.tell("buildStatusChanged", { state: "failed" });
    build.dismiss();
    expect(build.read()).toBeNull();
    plugin.tell("buildStatusChanged", { state: "failed" });
    expect(build.read()).toEqual({ state: "failed" });
    plugin.drop();
    expect(build.read()).toBeNull();
  });
});

describe("the plugin's info", () => {
  it("is asked upon each connection and kept without one", () => {
    const { plugin, rpc } = connected();
    const info = new PluginInfoStore(rpc);
    const answer: PluginInfo = {
      name: "Strip",
      vendor: "W",
      version: "1.0.0",
      protocol: 1,
      host: "devServer",
      meters: [],
      signals: [],
      midi_input: false,
      host_menu: false,
      controllers: false,
    };
    plugin.connect();
    expect(info.read()).toBeNull();
    plugin.answer("getInfo", answer);
    plugin.drop();
    expect(info.read()).toEqual(answer);
    plugin.connect();
    plugin.answer("getInfo", { ...answer, version: "1.0.1" });
    expect(info.read()?.version).toBe("1.0.1");
    // Another build may have other meters.
    plugin.tell("parametersChanged", {});
    const meter = { id: "gr", name: "Reduction", kind: "gainReduction", channels: 1 } as const;
    plugin.answer("getInfo", { ...answer, meters: [meter] });
    expect(info.read()?.meters).toEqual([meter]);
  });
});
