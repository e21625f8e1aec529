import "./dom.ts";
import { act, render, screen, within } from "@testing-library/react";
import { type ParameterId, type ParameterInfo, WavecraftClient } from "@wavecraft/core";
import { useParameter, WavecraftProvider } from "@wavecraft/core/react";
import { type ReactNode, useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";
import { Knob, LevelMeter, Panel, ParameterControl, PluginPage, UnplacedParameters } from "../src/index.ts";
import { pageOf } from "./page-of-plugin.tsx";
import { BYPASS, CHARACTER, GAIN } from "./recorded-control.ts";

const MIX: ParameterInfo = { ...GAIN, id: "mix", name: "Mix" };
const MODE: ParameterInfo = { ...CHARACTER, id: "mode", name: "Mode", steps: 5, variants: [..."abcdef"] };

function show(page: ReactNode) {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  render(<WavecraftProvider client={client}>{page}</WavecraftProvider>);
  const load = (...parameters: ParameterInfo[]) =>
    act(() => plugin.answer("getAllParameters", { parameters }));
  return { plugin, load };
}

/** The names of the controls in the row of those without a place. */
function unplaced(): string[] {
  const row = screen.queryByRole("region", { name: "More" });
  return row === null
    ? []
    : within(row)
        .getAllByRole("slider")
        .map((knob) => String(knob.ariaLabel));
}

/** A control that is not `ParameterControl`. */
function PlainKnob({ id }: { id: ParameterId }) {
  const parameter = useParameter(id);
  return parameter && <Knob control={parameter} />;
}

describe("ParameterControl", () => {
  it("is a knob for a number, a switch for on or off, a selector for a few choices", () => {
    const { load } = show(
      ["gain", "bypass", "character", "mode"].map((id) => <ParameterControl key={id} id={id} />),
    );
    expect(screen.queryByRole("slider")).toBeNull();
    load(GAIN, BYPASS, CHARACTER, MODE);
    expect(screen.getByRole("slider", { name: "Gain" })).toBeDefined();
    expect(screen.getByRole("switch", { name: "Bypass" })).toBeDefined();
    expect(screen.getByRole("radiogroup", { name: "Character" })).toBeDefined();
    // Six choices are too many for a selector.
    expect(screen.getByRole("slider", { name: "Mode" })).toBeDefined();
  });

  it("moves its parameter", () => {
    const { plugin, load } = show(<ParameterControl id="bypass" label="Off" />);
    load(BYPASS);
    act(() => screen.getByRole("switch", { name: "Off" }).click());
    expect(plugin.log("setParameter")).toEqual(["setParameter 1"]);
  });

  it("says that the plugin has no such parameter once it has named those that it has", () => {
    const { load } = show(<ParameterControl id="typo" />);
    expect(screen.queryByRole("alert")).toBeNull();
    load(GAIN);
    expect(screen.getByRole("alert").textContent).toBe("The plugin has no parameter `typo`.");
  });
});

describe("UnplacedParameters", () => {
  it("has what no control shows, whichever kind of control it is", () => {
    const { load } = show(
      <PluginPage title="Gain">
        <PlainKnob id="gain" />
        <ParameterControl id="bypass" />
      </PluginPage>,
    );
    expect(unplaced()).toEqual([]);
    load(GAIN, MIX, BYPASS, MODE);
    expect(unplaced()).toEqual(["Mix", "Mode"]);
  });

  it("is not there when everything has a place", () => {
    const { load } = show(
      <PluginPage title="Gain">
        <ParameterControl id="gain" />
      </PluginPage>,
    );
    load(GAIN);
    expect(screen.queryByRole("region", { name: "More" })).toBeNull();
  });

  it("leaves out what is named, and what was shown before", () => {
    let hide = () => {};
    const Tabs = () => {
      const [isShown, setShown] = useState(true);
      hide = () => setShown(false);
      return isShown && <ParameterControl id="gain" />;
    };
    const { load } = show(
      <PluginPage title="Gain" placed={["mix"]}>
        <Tabs />
      </PluginPage>,
    );
    load(GAIN, MIX, MODE);
    act(() => hide());
    expect(unplaced()).toEqual(["Mode"]);
  });

  it("takes up a parameter that a reload brings", () => {
    const { plugin, load } = show(
      <PluginPage title="Gain">
        <ParameterControl id="gain" />
      </PluginPage>,
    );
    load(GAIN);
    act(() => plugin.tell("parametersChanged", {}));
    load(GAIN, MIX);
    expect(unplaced()).toEqual(["Mix"]);
  });

  it("needs no frame around it", () => {
    const { load } = show(
      <>
        <ParameterControl id="gain" />
        <UnplacedParameters />
      </>,
    );
    load(GAIN, MIX);
    expect(unplaced()).toEqual(["Mix"]);
  });
});

describe("PluginPage", () => {
  const info = { name: "Gain", vendor: "W", version: "1.0.0", protocol: 1, host: "plugin" } as const;

  it("has the plugin's name, its panels, and what belongs at the upper right", () => {
    const { plugin } = show(
      <PluginPage title="Gain" aside={<p>aside</p>} className="mine">
        <Panel title="Level">
          <LevelMeter point="output" />
        </Panel>
      </PluginPage>,
    );
    expect(screen.getByRole("heading", { level: 1, name: "Gain" })).toBeDefined();
    const panel = screen.getByRole("region", { name: "Level" });
    expect(within(panel).getByRole("meter", { name: "Output level" })).toBeDefined();
    expect(screen.getByText("aside")).toBeDefined();
    expect(screen.getByRole("main").className).toBe("wc-page mine");
    expect(plugin.status.read()).toBe("connected");
  });

  it("takes no input without a connection, and says so after a while", () => {
    vi.useFakeTimers();
    const { plugin } = show(<PluginPage title="Gain">panels</PluginPage>);
    const body = screen.getByText("panels");
    expect(body.hasAttribute("inert")).toBe(false);
    act(() => plugin.drop());
    expect(body.hasAttribute("inert")).toBe(true);
    expect(screen.getByText("Disconnected")).toBeDefined();
    expect(screen.queryByText(/No plugin to talk to/)).toBeNull();
    act(() => vi.advanceTimersByTime(700));
    expect(screen.getByText(/No plugin to talk to/)).toBeDefined();
    act(() => plugin.connect());
    expect(screen.queryByText(/No plugin to talk to/)).toBeNull();
  });

  it("shows what a build has come to", () => {
    const { plugin } = show(<PluginPage title="Gain" />);
    act(() => plugin.tell("buildStatusChanged", { state: "failed", message: "error: no" }));
    expect(screen.getByRole("alert").textContent).toContain("error: no");
    act(() => screen.getByRole("button", { name: "Dismiss" }).click());
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows that a build is under way, and what it waits for", () => {
    const { plugin } = show(<PluginPage title="Gain" />);
    const notice = () => screen.getByText(/build/i, { selector: ".wc-building" }).textContent;
    act(() => plugin.tell("buildStatusChanged", { state: "building" }));
    expect(notice()).toBe("Building…");
    act(() => plugin.tell("buildStatusChanged", { state: "building", message: "waits for another" }));
    expect(notice()).toBe("The build waits for another.");
    act(() => plugin.tell("buildStatusChanged", { state: "building" }));
    expect(notice()).toBe("Building…");
    act(() => plugin.tell("buildStatusChanged", { state: "ok" }));
    expect(screen.queryByText(/build/i)).toBeNull();
  });

  it.each([
    ["plugin", 1],
    ["standalone", 1],
    ["devServer", 0],
  ] as const)("has as many corners to change the size of a %s's window: %i", (host, corners) => {
    const { plugin } = show(<PluginPage title="Gain" />);
    act(() =>
      plugin.answer("getInfo", {
        ...info,
        host,
        meters: [],
        signals: [],
        midi_input: false,
        host_menu: false,
        controllers: false,
      }),
    );
    expect(screen.queryAllByRole("button", { name: /Resize the window/ })).toHaveLength(corners);
  });

  it.each([
    ["plugin", 0],
    ["standalone", 0],
    ["devServer", 1],
  ] as const)("shows how the audio is doing where nobody else does, in a %s: %i", (host, badges) => {
    const { load, plugin } = pageOf(<PluginPage title="Gain" />);
    load([], { host });
    const status = { phase: "runningFullDuplex", sample_rate: 44_100, underruns: 0, overruns: 0 } as const;
    act(() => plugin.tell("audioStatusChanged", { ...status, updated_at_ms: 0 }));
    expect(screen.queryAllByText("Audio running")).toHaveLength(badges);
  });
});
