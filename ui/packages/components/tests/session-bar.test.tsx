import "./dom.ts";
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import {
  type CurrentPreset,
  ERROR_CODES,
  type HistoryState,
  type PluginInfo,
  type PresetInfo,
  WavecraftClient,
} from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import axe from "axe-core";
import { describe, expect, it, vi } from "vitest";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";
import { SessionBar } from "../src/index.ts";

const NOTHING_DONE: HistoryState = { can_undo: false, can_redo: false };
const STEP: HistoryState = { can_undo: true, can_redo: false, undo_label: "Drive 12.0 dB" };

const PRESETS: PresetInfo[] = [
  { id: "factory/clean", name: "Clean", bank: "factory", favourite: false },
  {
    id: "factory/warm",
    name: "Warm Vocal",
    bank: "factory",
    tags: ["voice"],
    description: "Soft.",
    favourite: false,
  },
  { id: "user/broken", name: "broken", bank: "user", favourite: false, problem: "line 3 is no value" },
  { id: "user/Mine", name: "Mine", bank: "user", author: "Ann", favourite: true },
];
const WARM: CurrentPreset = {
  preset: { id: "factory/warm", name: "Warm Vocal", bank: "factory" },
  modified: false,
};

const INFO: PluginInfo = {
  name: "Sample",
  vendor: "Nobody",
  version: "1.0.0",
  protocol: 1,
  host: "plugin",
  midi_input: false,
  host_menu: false,
  controllers: false,
  meters: [],
  signals: [],
};

function show(current: CurrentPreset = WARM, host: PluginInfo["host"] = "plugin") {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  const { container } = render(
    <WavecraftProvider client={client}>
      <SessionBar />
      <input aria-label="Elsewhere" />
    </WavecraftProvider>,
  );
  act(() => {
    plugin.answer("getInfo", { ...INFO, host });
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
    expect(params("loadPreset")).toEqual([{ id: "user/Mine" }, { id: "factory/warm" }]);
    act(() => plugin.tell("presetChanged", { ...WARM, modified: true }));
    expect(button("Presets, now Warm Vocal, modified")).toBeDefined();
  });

  it("finds a preset by any of its words, and loads it", async () => {
    const { user, params } = show();
    await user.click(button(/^Presets/));
    const dialog = within(screen.getByRole("dialog", { name: "Presets" }));
    await user.click(dialog.getByRole("button", { name: /^broken/ }));
    expect(screen.getByRole("status").textContent).toBe("broken cannot be read: line 3 is no value");
    await user.type(dialog.getByLabelText("Search presets"), "VOICE soft");
    expect(dialog.queryByRole("button", { name: "Clean" })).toBeNull();
    await user.click(dialog.getByRole("button", { name: /^Warm Vocal/ }));
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
    expect(screen.getByRole("status").textContent).toBe("Saved Mine.");
    await user.type(field, " too");
    expect(button("Save")).toBeDefined();
  });

  it("saves what a preset says of itself", async () => {
    const { user, params } = show();
    await user.click(button(/^Presets/));
    await user.click(button("Tags, author and description"));
    await user.type(screen.getByLabelText("Tags"), "bass,  dark ,");
    await user.type(screen.getByLabelText("Author"), "Ann{Enter}");
    expect(params("savePreset")).toEqual([{ name: "Warm Vocal", tags: ["bass", "dark"], author: "Ann" }]);
  });

  it("asks before it deletes a preset of the user's, and says what went wrong", async () => {
    const { plugin, user, params } = show();
    await user.click(button(/^Presets/));
    await user.click(button("More on Clean"));
    expect(screen.getAllByRole("button", { name: /^(Rename|Export|Delete)/ })).toHaveLength(1);
    await user.click(button("More on Mine"));
    await user.click(button("Delete…"));
    expect(document.activeElement).toBe(button("Keep"));
    await user.keyboard("{Enter}");
    await user.click(button("Delete…"));
    expect(params("deletePreset")).toEqual([]);
    await user.click(button("Delete"));
    expect(params("deletePreset")).toEqual([{ id: "user/Mine" }]);
    await act(async () => plugin.refuse("deletePreset", ERROR_CODES.noSuchPreset));
    expect(screen.getByRole("status").textContent).toBe("deletePreset is refused");
    expect(document.activeElement).toBe(screen.getByLabelText("Search presets"));
  });

  it("renames a preset of the user's, but to no name that there is", async () => {
    const { plugin, user, params } = show();
    await user.click(button(/^Presets/));
    await user.click(button("More on Mine"));
    await user.click(button("Rename"));
    await user.keyboard("Ours{Enter}");
    await act(async () => plugin.refuse("renamePreset", ERROR_CODES.presetExists));
    expect(screen.getByRole("status").textContent).toBe("There is a preset named Ours already.");
    await user.keyboard(" too{Enter}");
    await act(async () => plugin.answer("renamePreset", { id: "user/Ours too" }));
    expect(params("renamePreset")).toEqual([
      { id: "user/Mine", name: "Ours" },
      { id: "user/Mine", name: "Ours too" },
    ]);
    expect(screen.queryByLabelText("New name of Mine")).toBeNull();
    expect(document.activeElement).toBe(screen.getByLabelText("Search presets"));
  });

  it("has favourites, and goes through what it shows", async () => {
    const { user, params } = show();
    await user.click(button(/^Presets/));
    await user.click(button("Favourite: Clean"));
    await user.click(button("Favourite: Mine"));
    expect(params("setFavourite")).toEqual([
      { id: "factory/clean", favourite: true },
      { id: "user/Mine", favourite: false },
    ]);
    await user.click(button("Favourites only"));
    expect(screen.queryByRole("button", { name: "Clean" })).toBeNull();
    await user.keyboard("{Escape}");
    await user.click(button("Next preset of your favourites"));
    expect(params("loadPreset")).toEqual([{ id: "user/Mine" }]);
    await user.click(button(/^Presets/));
    await user.type(screen.getByLabelText("Search presets"), "voice");
    expect(screen.getByText("No favourite has “voice”.")).toBeDefined();
    expect(button("Next preset of “voice”").hasAttribute("disabled")).toBe(true);
  });

  it("is gone through by keys", async () => {
    const { user, params } = show();
    await user.click(button(/^Presets/));
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}{End} ");
    expect(params("loadPreset")).toEqual([{ id: "factory/warm" }, { id: "user/Mine" }]);
    await user.keyboard("{Home}{ArrowUp}{Tab}");
    expect(document.activeElement).toBe(button("More on Clean"));
    await user.keyboard("{Tab}");
    // One row alone is on the way of the Tab key.
    expect(document.activeElement).toBe(screen.getByLabelText("Name of the preset to save"));
  });

  it("exports to a file that it names, where nothing can be downloaded", async () => {
    const { plugin, user } = show();
    await user.click(button(/^Presets/));
    await user.click(button("More on Mine"));
    await user.click(button("Export"));
    await act(async () => plugin.answer("writePreset", { path: "/home/ann/Downloads/Mine.toml" }));
    expect(screen.getByRole("status").textContent).toBe("Written to /home/ann/Downloads/Mine.toml");
  });

  it("exports as a download in a browser", async () => {
    const downloaded: [string, string][] = [];
    vi.stubGlobal(
      "URL",
      Object.assign(URL, { createObjectURL: () => "blob:preset", revokeObjectURL: () => {} }),
    );
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function click(
      this: HTMLAnchorElement,
    ) {
      downloaded.push([this.download, this.href]);
    });
    const { plugin, user } = show(WARM, "devServer");
    await user.click(button(/^Presets/));
    await user.click(button("More on Warm Vocal"));
    await user.click(button("Export"));
    await act(async () => plugin.answer("exportPreset", { file_name: "Warm.toml", text: "name" }));
    expect(downloaded).toEqual([["Warm.toml", "blob:preset"]]);
  });

  it("says how files are imported where none can be chosen", async () => {
    const { user } = show();
    await user.click(button(/^Presets/));
    expect(screen.queryByLabelText("Preset file")).toBeNull();
    expect(screen.getByText(/put it into the folder of your presets/)).toBeDefined();
  });

  it("imports a file, and asks before it replaces a preset", async () => {
    const { plugin, user, params } = show(WARM, "devServer");
    await user.click(button(/^Presets/));
    const file = new File(['name = "Mine"'], "Mine.toml");
    await user.upload(screen.getByLabelText("Preset file"), file);
    await vi.waitFor(() => expect(plugin.open("importPreset")).toHaveLength(1));
    await act(async () => plugin.refuse("importPreset", ERROR_CODES.presetExists));
    expect(document.activeElement).toBe(button("Keep"));
    await user.click(button("Replace"));
    await act(async () => plugin.answer("importPreset", { id: "user/Mine" }));
    expect(params("importPreset")).toEqual([
      { text: 'name = "Mine"', replace: false },
      { text: 'name = "Mine"', replace: true },
    ]);
    expect(screen.getByRole("status").textContent).toBe("“Mine.toml” is among your presets.");
  });

  it("closes by Escape, and gives the keyboard back to the button", async () => {
    const { user } = show();
    await user.click(button(/^Presets/));
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(button(/^Presets/));
  });

  it("closes when the pointer or the keyboard goes elsewhere", async () => {
    const { user } = show();
    await user.click(button(/^Presets/));
    await user.click(screen.getByRole("dialog", { name: "Presets" }));
    expect(screen.getByLabelText("Search presets")).toBeDefined();
    await user.click(screen.getByLabelText("Elsewhere"));
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(button(/^Presets/));
    act(() => void fireEvent.pointerDown(document.body));
    expect(screen.queryByRole("dialog")).toBeNull();
    await user.click(button(/^Presets/));
    act(() => screen.getByLabelText("Elsewhere").focus());
    expect(screen.queryByRole("dialog")).toBeNull();
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
