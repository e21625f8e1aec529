import type { Locator, Page } from "playwright-core";
import { drag, middleOf } from "./strip.ts";

/** How far a control is turned: by pointers so many pixels, by the keyboard with one key. */
export type Turn = { byX: number; byY: number; key: string };

/** The way in which a musician works a page: by one device alone. */
export type Hands = {
  /** Presses a button, a switch, a choice or a line of a menu. */
  press(target: Locator): Promise<void>;
  /** Moves a knob, or a handle on a curve. */
  turn(slider: Locator, turn: Turn): Promise<void>;
  /** Takes a knob, or a handle on a curve, back to its default. */
  reset(slider: Locator): Promise<void>;
  /** Opens a control's context menu. */
  openMenu(control: Locator, menu: Locator): Promise<void>;
  /** Opens the field for a knob's value. */
  openField(slider: Locator): Promise<void>;
  /** Writes into a field that has the keyboard, whose text is selected, and is done with it. */
  type(text: string): Promise<void>;
  /** Goes to a field and replaces its text. */
  fill(field: Locator, text: string): Promise<void>;
  /** Closes what is open over the page. */
  dismiss(): Promise<void>;
  undo(): Promise<void>;
  redo(): Promise<void>;
};

/** Where a press changes nothing. */
const beside = (page: Page) => page.getByRole("heading", { level: 1 });
const valueButton = (slider: Locator) => slider.locator("..").locator(".wc-value-text");
const undoButton = (page: Page) => page.getByRole("button", { name: /^Undo/ });
const redoButton = (page: Page) => page.getByRole("button", { name: /^Redo/ });

/** The mouse alone; texts come from a keyboard on the screen, which has no other keys. */
export function mouseHands(page: Page): Hands {
  return {
    press: (target) => target.click(),
    turn: async (slider, { byX, byY }) => drag(page, "mouse", await middleOf(slider), byX, byY),
    reset: (slider) => slider.dblclick(),
    openMenu: (control) => control.click({ button: "right" }),
    openField: (slider) => valueButton(slider).click(),
    async type(text) {
      await page.keyboard.insertText(text);
      await beside(page).click();
    },
    async fill(field, text) {
      await field.click({ clickCount: 3 });
      await page.keyboard.insertText(text);
    },
    dismiss: () => beside(page).click(),
    undo: () => undoButton(page).click(),
    redo: () => redoButton(page).click(),
  };
}

/** The keyboard alone. */
export function keyboardHands(page: Page): Hands {
  const menuKeys = ["Shift+F10", "ContextMenu"];
  let menus = 0;
  const press = async (target: Locator) => {
    await focusByKeys(page, target);
    // Arrows choose among radio buttons at once.
    if ((await target.getAttribute("role")) !== "radio") await page.keyboard.press("Enter");
  };
  return {
    press,
    async turn(slider, { key }) {
      await focusByKeys(page, slider);
      await page.keyboard.press(key);
    },
    async reset(slider) {
      await focusByKeys(page, slider);
      await page.keyboard.press("Delete");
    },
    async openMenu(control) {
      await focusByKeys(page, control);
      menus += 1;
      await page.keyboard.press(menuKeys[menus % menuKeys.length] ?? "");
    },
    openField: press,
    async type(text) {
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
    },
    async fill(field, text) {
      await focusByKeys(page, field);
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Backspace");
      await page.keyboard.type(text);
    },
    dismiss: () => page.keyboard.press("Escape"),
    undo: () => page.keyboard.press("Control+z"),
    redo: () => page.keyboard.press("Control+Shift+z"),
  };
}

/** Fingers alone; texts come from a keyboard on the screen. */
export async function touchHands(page: Page): Promise<Hands> {
  const session = await page.context().newCDPSession(page);
  /** Puts a finger on a place, or takes it away. */
  const touch = (place?: { x: number; y: number }) =>
    session.send("Input.dispatchTouchEvent", {
      type: place === undefined ? "touchEnd" : "touchStart",
      touchPoints: place === undefined ? [] : [place],
    });
  return {
    press: (target) => target.tap(),
    turn: async (slider, { byX, byY }) => drag(page, "touch", await middleOf(slider), byX, byY),
    async reset(slider) {
      const place = await middleOf(slider);
      // All at once: two taps that a busy machine keeps apart are no double tap.
      await Promise.all([1, 2].flatMap(() => [touch(place), touch()]));
    },
    async openMenu(control, menu) {
      await touch(await middleOf(control));
      await menu.waitFor();
      await touch();
    },
    openField: (slider) => valueButton(slider).tap(),
    async type(text) {
      await page.keyboard.insertText(text);
      await beside(page).tap();
    },
    async fill(field, text) {
      await field.tap();
      for (const _ of await field.inputValue()) await page.keyboard.press("Backspace");
      await page.keyboard.insertText(text);
    },
    dismiss: () => beside(page).tap(),
    undo: () => undoButton(page).tap(),
    redo: () => redoButton(page).tap(),
  };
}

/** More keys than lead from one end of the page to the other. */
const MOST_KEYS = 100;

/** Goes to an element, or into one, by Tab, and by arrows within menus and among radio buttons. */
async function focusByKeys(page: Page, target: Locator): Promise<void> {
  for (let pressed = 0; pressed < MOST_KEYS; pressed += 1) {
    const key = await target.evaluate((element) => {
      const { activeElement } = document;
      if (activeElement === null || element.contains(activeElement)) return null;
      const position = activeElement.compareDocumentPosition(element);
      const isBefore = (position & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
      const list = element.closest("[role=menu], [role=radiogroup]");
      if (list?.contains(activeElement)) return isBefore ? "ArrowUp" : "ArrowDown";
      return isBefore ? "Shift+Tab" : "Tab";
    });
    if (key === null) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard does not come to ${target}`);
}
