import { describe, expect, it, vi } from "vitest";
import {
  type HistoryState,
  HistoryStore,
  type PresetInfo,
  PresetStore,
  RpcClient,
  RpcRefusedError,
  SlotStore,
} from "../src/index.ts";
import { FakePlugin } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";

function connected() {
  const [plugin, clock] = [new FakePlugin(), new ManualClock()];
  return { plugin, clock, rpc: new RpcClient(plugin, { clock }) };
}

const STEP: HistoryState = { can_undo: true, can_redo: false, undo_label: "Drive 12 dB" };
const CLEAN: PresetInfo = { id: "factory/clean", name: "Clean", bank: "factory", favourite: false };
const WARM: PresetInfo = { id: "factory/warm", name: "Warm", bank: "factory", favourite: true };
const BROKEN: PresetInfo = {
  id: "user/broken",
  name: "broken",
  bank: "user",
  favourite: false,
  problem: "line 1",
};
const MINE: PresetInfo = { id: "user/Mine", name: "Mine", bank: "user", favourite: true };

describe("the history", () => {
  it("is asked for when the connection is there, follows the news, and is gone with the connection", () => {
    const { plugin, rpc } = connected();
    const history = new HistoryStore(rpc);
    plugin.connect();
    plugin.answer("getHistory", { can_undo: false, can_redo: false });
    expect(history.read()).toEqual({ can_undo: false, can_redo: false });
    plugin.tell("historyChanged", STEP);
    expect(history.read()).toEqual(STEP);
    history.undo();
    history.redo();
    expect(plugin.log("undo", "redo")).toEqual(["undo", "redo"]);
    plugin.drop();
    expect(history.read()).toBeNull();
    plugin.connect();
    plugin.answer("getHistory", STEP);
    expect(history.read()).toEqual(STEP);
  });

  it("is none where the plugin knows no such method", () => {
    const { plugin, rpc } = connected();
    const history = new HistoryStore(rpc);
    plugin.connect();
    plugin.refuse("getHistory", -32601);
    expect(history.read()).toBeNull();
    expect(plugin.open("getHistory")).toEqual([]);
  });
});

describe("the slots", () => {
  it("are selected by asking, and shown when the plugin says so", () => {
    const { plugin, rpc } = connected();
    const slots = new SlotStore(rpc);
    slots.copyToOther();
    plugin.connect();
    plugin.answer("getSlots", { selected: "a" });
    slots.select("b");
    expect(slots.read()).toBe("a");
    plugin.tell("slotChanged", { selected: "b" });
    slots.copyToOther();
    expect(plugin.sent.filter(({ method }) => method === "copySlot").map(({ params }) => params)).toEqual([
      { from: "b", to: "a" },
    ]);
  });
});

describe("the presets", () => {
  it("are listed for as long as somebody follows them, and anew when there are others", () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    expect(plugin.open("listPresets")).toEqual([]);
    const listener = vi.fn();
    const leave = presets.list.subscribe(listener);
    plugin.tell("presetsChanged", {});
    plugin.answer("listPresets", { presets: [CLEAN] });
    // What was asked for before the news may be old.
    plugin.answer("listPresets", { presets: [CLEAN, MINE] });
    expect(presets.list.read()).toEqual([CLEAN, MINE]);
    leave();
    leave();
    plugin.tell("presetsChanged", {});
    expect(plugin.open("listPresets")).toEqual([]);
    presets.list.subscribe(listener);
    expect(plugin.open("listPresets")).toHaveLength(1);
  });

  it("say why they could not be listed, until another attempt goes well", () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    presets.list.subscribe(() => {});
    plugin.refuse("listPresets");
    expect(presets.failure.read()).toMatchObject({ reason: "listPresets is refused" });
    expect(plugin.open("listPresets")).toEqual([]);
    presets.retry();
    plugin.answer("listPresets", { presets: [CLEAN] });
    expect(presets.failure.read()).toBeNull();
    expect(presets.list.read()).toEqual([CLEAN]);
  });

  it("have a current one that the plugin names", () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    plugin.answer("getPreset", { preset: null, modified: false });
    expect(presets.current.read()).toEqual({ preset: null, modified: false });
    plugin.tell("presetChanged", { preset: MINE, modified: true });
    expect(presets.current.read()?.preset?.name).toBe("Mine");
    plugin.drop();
    expect(presets.current.read()).toBeNull();
  });

  it.each([
    [null, 1, CLEAN],
    [null, -1, MINE],
    [CLEAN, 1, WARM],
    [CLEAN, -1, MINE],
    [WARM, 1, MINE],
    [MINE, 1, CLEAN],
  ])("from %o, %i further is %o: broken ones are passed over", (from, places, to) => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    presets.list.subscribe(() => {});
    plugin.answer("listPresets", { presets: [CLEAN, WARM, BROKEN, MINE] });
    plugin.answer("getPreset", { preset: from, modified: false });
    void presets.step(places);
    expect(plugin.open("loadPreset").map(({ params }) => params)).toEqual([{ id: to.id }]);
  });

  it("are gone through as fast as one clicks", async () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    presets.list.subscribe(() => {});
    plugin.answer("listPresets", { presets: [CLEAN, WARM, BROKEN, MINE] });
    plugin.answer("getPreset", { preset: CLEAN, modified: false });
    const asked = () => plugin.open("loadPreset").map(({ params }) => params.id);
    void presets.step(1);
    void presets.step(1);
    expect(asked()).toEqual([WARM.id, MINE.id]);
    // News of the first leaves the second where the next step begins.
    plugin.tell("presetChanged", { preset: WARM, modified: false });
    void presets.step(-1);
    expect(asked()).toEqual([WARM.id, MINE.id, WARM.id]);
  });

  it("are stepped through from the one that is there after a refusal", async () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    presets.list.subscribe(() => {});
    plugin.answer("listPresets", { presets: [CLEAN, WARM, BROKEN, MINE] });
    plugin.answer("getPreset", { preset: CLEAN, modified: false });
    const refused = presets.step(1);
    plugin.refuse("loadPreset", -32004);
    await expect(refused).rejects.toThrow();
    void presets.step(1);
    expect(plugin.open("loadPreset").map(({ params }) => params)).toEqual([{ id: WARM.id }]);
  });

  it("are gone through among those that are wanted", () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    presets.list.subscribe(() => {});
    plugin.answer("listPresets", { presets: [CLEAN, WARM, BROKEN, MINE] });
    plugin.answer("getPreset", { preset: CLEAN, modified: false });
    void presets.step(1, ({ favourite }) => favourite);
    void presets.step(1, () => false);
    // The one that is loaded is not among them: forward leads to the first.
    expect(plugin.open("loadPreset").map(({ params }) => params)).toEqual([{ id: WARM.id }]);
  });

  it("are written as files, and liked", async () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    const written = presets.write(MINE.id);
    plugin.answer("writePreset", { path: "/home/ann/Mine.toml" });
    await expect(written).resolves.toBe("/home/ann/Mine.toml");
    const liked = presets.setFavourite(MINE.id, true);
    expect(plugin.open("setFavourite").map(({ params }) => params)).toEqual([
      { id: MINE.id, favourite: true },
    ]);
    plugin.answer("setFavourite", {});
    await expect(liked).resolves.toBeUndefined();
  });

  it("reject with what the plugin says", async () => {
    const { plugin, rpc } = connected();
    const presets = new PresetStore(rpc);
    plugin.connect();
    const saved = presets.save({ name: "Mine" });
    plugin.refuse("savePreset", -32004);
    await expect(saved).rejects.toBeInstanceOf(RpcRefusedError);
    const loaded = presets.load("factory/odd");
    plugin.answer("loadPreset", { ignored: ["no parameter has the id `x`"] });
    await expect(loaded).resolves.toEqual(["no parameter has the id `x`"]);
  });
});
