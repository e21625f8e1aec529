import "./dom.ts";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { beforeEach, describe, expect, it } from "vitest";
import { MenuButton, type MenuGroup } from "../src/index.ts";

let chosen: string[];
beforeEach(() => {
  chosen = [];
});

const item = (label: string, more: object = {}) => ({
  label,
  onSelect: () => void chosen.push(label),
  ...more,
});

function groups(): MenuGroup[] {
  return [
    {
      title: "Size",
      inRow: true,
      items: [item("75 %", { checked: false }), item("100 %", { checked: true })],
    },
    { items: [item("Reset"), item("Copy", { detail: "C" }), item("Close up", { disabled: true })] },
  ];
}

function show() {
  render(
    <>
      <MenuButton label="More" groups={groups()} />
      <p>Beside</p>
    </>,
  );
  return screen.getByRole("button", { name: "More" });
}

const focused = () => document.activeElement?.textContent;

describe("a menu behind a button", () => {
  it("opens by a click and by the arrows, with the keyboard on its first line", async () => {
    const opener = show();
    expect(screen.queryByRole("menu")).toBeNull();
    await userEvent.click(opener);
    expect(screen.getByRole("menu", { name: "More" })).toBeDefined();
    expect(opener.getAttribute("aria-expanded")).toBe("true");
    expect(focused()).toBe("75 %");
    await userEvent.click(opener);
    expect(screen.queryByRole("menu")).toBeNull();
    await userEvent.keyboard("{ArrowDown}");
    expect(focused()).toBe("75 %");
  });

  it("is gone through by arrows, Home and End, and joined at its ends", async () => {
    await userEvent.click(show());
    await userEvent.keyboard("{ArrowRight}{ArrowDown}");
    expect(focused()).toBe("Reset");
    await userEvent.keyboard("{End}");
    expect(focused()).toBe("Close up");
    await userEvent.keyboard("{ArrowDown}");
    expect(focused()).toBe("75 %");
    await userEvent.keyboard("{ArrowUp}");
    expect(focused()).toBe("Close up");
    await userEvent.keyboard("{Home}");
    expect(focused()).toBe("75 %");
  });

  it("goes to what begins with the letters that are typed", async () => {
    await userEvent.click(show());
    await userEvent.keyboard("c");
    expect(focused()).toBe("CopyC");
    await userEvent.keyboard("l");
    expect(focused()).toBe("Close up");
  });

  it("chooses by Enter, closes first, and gives the keyboard back", async () => {
    const opener = show();
    await userEvent.click(opener);
    await userEvent.keyboard("r{Enter}");
    expect(chosen).toEqual(["Reset"]);
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(opener);
  });

  it("says which line of a group is chosen, and chooses none that is disabled", async () => {
    await userEvent.click(show());
    expect(screen.getByRole("menuitemradio", { name: "100 %" }).ariaChecked).toBe("true");
    await userEvent.click(screen.getByRole("menuitem", { name: "Close up" }));
    expect(chosen).toEqual([]);
    expect(screen.getByRole("menu")).toBeDefined();
  });

  it.each(["{Escape}", "{Tab}"])("%s closes it and gives the keyboard back", async (key) => {
    const opener = show();
    await userEvent.click(opener);
    await userEvent.keyboard(key);
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(opener);
  });

  it("closes when something beside it is pressed", async () => {
    await userEvent.click(show());
    await userEvent.click(screen.getByText("Beside"));
    expect(screen.queryByRole("menu")).toBeNull();
    expect(chosen).toEqual([]);
  });

  it("gives axe nothing to complain of", async () => {
    await userEvent.click(show());
    const { violations } = await axe.run(document.body, {
      rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
    });
    expect(violations).toEqual([]);
  });
});
