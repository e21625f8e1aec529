import "./dom.ts";
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import {
  type CurrentPreset,
  ERROR_CODES,
  type HistoryState,
  type PresetInfo,
  WavecraftClient,
} from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";
import { SessionBar } from "../src/index.ts";

const NOTHING_DONE: HistoryState = { can_undo: false, can_redo: false };
const STEP: HistoryState = { can_undo: true, can_redo: false, undo_label: "Drive 12.0 dB" };

const PRESETS: PresetInfo[] = [
  { id: "factory/clean", name: "Clean", bank: "factory" },
  { id: "factory/warm", name: "Warm Vocal", bank: "factory", tags: ["voice"], description: "Soft." },
  { id: "user/broken", name: "broken", bank: "user", problem: "line 3 is no value" },
  { id: "user/Mine", name: "Mine", bank: "user", author: "Ann" },
];
const WARM: CurrentPreset = {
  preset: { id: "factory/warm", name: "Warm Vocal", bank: "factory" },
  modified: false,
};

function show(current: CurrentPreset = WARM) {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  const { container } = render(
    <WavecraftProvider client={client}>
      <SessionBar />
      <input aria-label="Elsewhere" />
    </WavecraftProvider>,
  );
  act(() => {
    plugin.answer("getHistory", NOTHING_DONE);
    plugin.answer("getSlots", { selected: "a" });
    plugin.answer("getPreset", current);
  });
  act(() => plugin.answer("listPresets", { presets: PRESETS }));
  const params = (method: string) =>
    plugin.sent.filter((sent) => sent.method === method).map((sent) => sent.params);
  return { plugin, container, params, user: userEvent.setup() };
}

const button = (name: string | RegExp) => screen.getByRole("button", { name });

describe("SessionBar", () => {
  it("shows nothing where the host keeps no session", () => {
    const plugin = FakePlugin.automatic();
    const client = new WavecraftClient({ transport: plugin });
    render(
      <WavecraftProvider client={client}>
        <SessionBar />
      </WavecraftProvider>,
    );
    act(() => {
      for (const method of ["getHistory", "getSlots", "getPreset"] as const) plugin.refuse(method, -32601);
    });
    expect(screen.queryAllByRole("button")).toEqual([]);
  });

  it("undoes and redoes what it names", async () => {
    const { plugin, user } = show();
    expect(button("Undo").hasAttribute("disabled")).toBe(true);
    act(() => plugin.tell("historyChanged", STEP));
    await user.click(button("Undo Drive 12.0 dB"));
    act(() =>
      plugin.tell("historyChanged", { can_undo: false, can_redo: true, redo_label: "Drive 12.0 dB" }),
    );
    await user.click(button("Redo Drive 12.0 dB"));
    expect(plugin.log("undo", "redo")).toEqual(["undo", "redo"]);
  });

  it("has the usual keys, but not in a text field", async () => {
    const { plugin, user } = show();
    await user.keyboard("{Control>}z{Shift>}Z{/Shift}{/Control}");
    await user.keyboard("{Meta>}z{/Meta}z{Alt>}{Control>}z{/Control}{/Alt}");
    expect(plugin.log("undo", "redo")).toEqual(["undo", "redo", "undo"]);
    await user.click(screen.getByLabelText("Elsewhere"));
    await user.keyboard("{Control>}z{/Control}");
    expect(plugin.log("undo", "redo")).toHaveLength(3);
  });

  it("selects and copies slots", async () => {
    const { plugin, user, params } = show();
    expect(button("A").getAttribute("aria-pressed")).toBe("true");
    await user.click(button("B"));
    act(() => plugin.tell("slotChanged", { selected: "b" }));
    expect(button("B").getAttribute("aria-pressed")).toBe("true");
    await user.click(button("Copy B to A"));
    expect(params("selectSlot")).toEqual([{ slot: "b" }]);
    expect(params("copySlot")).toEqual([{ from: "b", to: "a" }]);
  });

  it("goes through the presets, and says when one was modified", async () => {
    const { plugin, user, params } = show();
    await user.click(button("Next preset"));
    await user.click(button("Previous preset"));
    expect(params("loadPreset")).toEqual([{ id: "user/Mine" }, { id: "factory/clean" }]);
    act(() => plugin.tell("presetChanged", { ...WARM, modified: true }));
    expect(button("Presets, now Warm Vocal, modified")).toBeDefined();
  });

  it("finds a preset by any of its words, and loads it", async () => {
    const { user, params } = show();
    await user.click(button(/^Presets/));
    const dialog = within(screen.getByRole("dialog", { name: "Presets" }));
    expect(dialog.getByRole("button", { name: /^broken/ }).hasAttribute("disabled")).toBe(true);
    await user.keyboard("VOICE soft");
    expect(dialog.queryByRole("button", { name: "Clean" })).toBeNull();
    await user.click(dialog.getByRole("button", { name: /Warm Vocal/ }));
    expect(params("loadPreset")).toEqual([{ id: "factory/warm" }]);
    await user.type(dialog.getByLabelText("Search presets"), " bass");
    expect(dialog.getByText("No preset has “VOICE soft bass”.")).toBeDefined();
  });

  it("asks before it replaces a preset", async () => {
    const { plugin, user, params } = show();
    await user.click(button(/^Presets/));
    const field = screen.getByLabelText("Name of the preset to save");
    await user.clear(field);
    expect(button("Save").hasAttribute("disabled")).toBe(true);
    await user.type(field, "Mine{Enter}");
    await act(async () => plugin.refuse("savePreset", ERROR_CODES.presetExists));
    expect(screen.getByRole("status").textContent).toBe("There is a preset named Mine already.");
    await user.click(button("Replace"));
    expect(params("savePreset")).toEqual([{ name: "Mine" }, { name: "Mine", replace: true }]);
    await act(async () => plugin.answer("savePreset", { id: "user/Mine" }));
    expect(screen.getByRole("status").textContent).toBe("");
    await user.type(field, " too");
    expect(button("Save")).toBeDefined();
  });

  it("deletes a preset of the user's at the second click, and says what went wrong", async () => {
    const { plugin, user, params } = show();
    await user.click(button(/^Presets/));
    expect(screen.queryByRole("button", { name: "Delete Clean…" })).toBeNull();
    await user.click(button("Delete Mine…"));
    expect(params("deletePreset")).toEqual([]);
    await user.click(button("Delete"));
    expect(params("deletePreset")).toEqual([{ id: "user/Mine" }]);
    await act(async () => plugin.refuse("deletePreset", ERROR_CODES.noSuchPreset));
    expect(screen.getByRole("status").textContent).toContain("deletePreset is refused");
  });

  it("closes by Escape, and gives the keyboard back to the button", async () => {
    const { user } = show();
    await user.click(button(/^Presets/));
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(button(/^Presets/));
  });

  // Safari and WebKitGTK have ended the composition when the key comes, and tell of it by the code alone.
  it.each([
    { isComposing: true, keyCode: 13 },
    { isComposing: false, keyCode: 229 },
  ])("leaves an input method its keys: $isComposing, $keyCode", async (composition) => {
    const { user, params } = show();
    await user.click(button(/^Presets/));
    const field = screen.getByLabelText("Name of the preset to save");
    fireEvent.keyDown(field, { key: "Escape", ...composition });
    expect(screen.getByRole("dialog", { name: "Presets" })).toBeDefined();
    const isLeftToTheForm = fireEvent.keyDown(field, { key: "Enter", ...composition });
    expect(isLeftToTheForm).toBe(false);
    expect(params("savePreset")).toEqual([]);
  });

  it("gives axe nothing to complain of", async () => {
    const { container, user } = show({ ...WARM, modified: true });
    await user.click(button(/^Presets/));
    const { violations } = await axe.run(container, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
