import "./dom.ts";
import { act, fireEvent, screen } from "@testing-library/react";
import { useParameter } from "@wavecraft/core/react";
import { useState } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import { Knob, ParameterControl, PluginPage } from "../src/index.ts";
import { pageOf } from "./page-of-plugin.tsx";
import { CHARACTER, GAIN } from "./recorded-control.ts";

const DESCRIBED = { ...GAIN, description: "How loud it is." };
const CURVE = { ...CHARACTER, value: 1, text: "Hard", description: "The shape of the curve." };

function show(info: Parameters<ReturnType<typeof pageOf>["load"]>[1] = {}) {
  const page = pageOf(
    <PluginPage title="Strip">
      <ParameterControl id="gain" />
      <ParameterControl id="character" />
      <p data-hint="Only words">Words</p>
    </PluginPage>,
  );
  page.load([DESCRIBED, CURVE], info);
  return page;
}

const line = () => document.querySelector(".wc-hover-line");
const words = () => [...(line()?.children ?? [])].map((part) => part.textContent);

describe("the hover line", () => {
  it("says name, value, what it does and the default of the control under the pointer", () => {
    const { plugin } = show();
    fireEvent.pointerOver(screen.getByRole("slider"));
    expect(words()).toEqual(["Gain", "0.0 dB", "How loud it is.", ""]);
    act(() => plugin.answer("formatParameter", { text: "0.0 dB" }));
    expect(words()).toEqual(["Gain", "0.0 dB", "How loud it is.", "Default 0.0 dB"]);
  });

  it("knows a choice's default without a question", () => {
    const { asked } = show();
    fireEvent.pointerOver(screen.getByRole("radio", { name: "Tube" }));
    expect(words()).toEqual(["Character", "Hard", "The shape of the curve.", "Default Soft"]);
    expect(asked("formatParameter")).toEqual([]);
  });

  it("follows the value", () => {
    const { plugin } = show();
    fireEvent.pointerOver(screen.getByRole("slider"));
    act(() => plugin.tell("parameterChanged", { id: "gain", value: 0.75 }));
    act(() => {
      plugin.answer("formatParameter", { text: "0.0 dB" });
      plugin.answer("formatParameter", { text: "12.0 dB" });
    });
    expect(words()).toContain("12.0 dB");
  });

  it("says what anything else says of itself, and nothing beside it", () => {
    show();
    fireEvent.pointerOver(screen.getByText("Words"));
    expect(line()?.textContent).toBe("Only words");
    fireEvent.pointerOver(screen.getByRole("heading"));
    expect(line()?.textContent).toBe("");
    fireEvent.pointerOver(screen.getByRole("button", { name: "Menu" }));
    expect(line()?.textContent).toBe("Menu");
    fireEvent.pointerLeave(document.documentElement);
    expect(line()?.textContent).toBe("");
  });

  it("says which controller moves the parameter, and what to do while it waits for one", () => {
    const { plugin, tie } = show({ controllers: true });
    tie({ controllers: [{ id: "character", channel: 1, controller: 74 }] });
    fireEvent.pointerOver(screen.getByRole("radiogroup"));
    expect(words()).toContain("Controller 74, default Soft");
    act(() => plugin.tell("controllersChanged", { learning: "gain", controllers: [] }));
    expect(line()?.textContent).toBe("Move a MIDI controller to tie it to Gain. Escape stops.");
  });
});

describe("a control that says something else than the plugin", () => {
  function Wrapped() {
    const gain = useParameter("gain");
    const [isOff, setOff] = useState(true);
    if (gain === undefined) return null;
    return (
      <>
        <Knob control={{ ...gain, text: isOff ? "Off" : gain.text, defaultText: "Off" }} />
        <button type="button" onClick={() => setOff(false)}>
          Turn on
        </button>
      </>
    );
  }
  beforeEach(() => {
    const page = pageOf(
      <PluginPage title="Strip" placed={["gain"]}>
        <Wrapped />
      </PluginPage>,
    );
    page.load([DESCRIBED]);
  });

  it("has its words in the hover line, and others as soon as it says others", () => {
    fireEvent.pointerOver(screen.getByRole("slider"));
    expect(words()).toEqual(["Gain", "Off", "How loud it is.", "Default Off"]);
    act(() => screen.getByRole("button", { name: "Turn on" }).click());
    expect(words()).toContain("0.0 dB");
  });

  it("has its words in its menu", () => {
    fireEvent.contextMenu(screen.getByRole("slider"), { button: 2 });
    expect(screen.getByRole("menuitem", { name: /^Copy value/ }).textContent).toBe("Copy valueOff");
    act(() => screen.getByRole("menuitem", { name: /^Type a value/ }).click());
    expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("Off");
  });
});

it("what a parameter does is the description of its control", () => {
  show();
  expect(screen.getByRole("slider").title).toBe("How loud it is.");
  expect(screen.getByRole("radiogroup").title).toBe("The shape of the curve.");
});
