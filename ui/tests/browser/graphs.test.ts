import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { DevServer, freePort } from "./stage/dev-server.ts";
import { drag, middleOf, openStrip, setByProtocol, textOf } from "./stage/strip.ts";

let browser: Browser;
let server: DevServer;
let page: Page;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  server = await DevServer.start(await freePort(), ["--no-audio"]);
  page = await openStrip(browser, server.url, { hasTouch: true });
});
afterEach(async () => {
  await page.close();
  await server.stop();
});

const knob = (name: string) => page.getByRole("slider", { name, exact: true });
const handle = (name: string) => page.getByRole("slider", { name: `${name}, on the curve` });
const slope = (side: "Low" | "High", name: string) =>
  page.getByRole("radiogroup", { name: `${side} cut slope` }).getByRole("radio", { name });
const undo = () => page.getByRole("button", { name: /^Undo/ });

/** A place in a graph, as fractions from its left and its top. */
async function placeIn(graph: string, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await page.locator(`.${graph} .graph-plot`).boundingBox();
  if (box === null) throw new Error("the graph is not shown");
  return { x: box.x + x * box.width, y: box.y + y * box.height };
}

/** All that the parameters read. */
function values(): Promise<(string | null)[]> {
  return page
    .locator("[role=slider], [aria-checked=true]")
    .evaluateAll((elements) =>
      elements.map((element) => element.getAttribute("aria-valuetext") ?? element.ariaLabel),
    );
}

describe("a cut that is off", () => {
  test("says so, and is dimmed", async () => {
    for (const name of ["Low cut", "High cut"]) {
      expect(await textOf(knob(name))).toBe("Off");
      expect(await textOf(handle(name))).toBe("Off");
      expect(await knob(name).locator("..").getAttribute("data-idle")).toBe("true");
      for (const control of [knob(name), handle(name)]) {
        await control.hover();
        await expect.poll(() => page.locator(".wc-hover-value").textContent()).toBe("Off");
      }
    }
  });

  const HANDS: [string, () => Promise<void>][] = [
    ["its knob, by the mouse", async () => drag(page, "mouse", await middleOf(knob("Low cut")), 0, -60)],
    ["its knob, by a finger", async () => drag(page, "touch", await middleOf(knob("Low cut")), 0, -60)],
    ["its knob, by the keyboard", () => knob("Low cut").press("PageUp")],
    [
      "its knob, by the wheel",
      async () => {
        await knob("Low cut").hover();
        await page.mouse.wheel(0, -480);
      },
    ],
    ["its handle, by the mouse", async () => drag(page, "mouse", await middleOf(handle("Low cut")), 60, 0)],
    ["its handle, by a finger", async () => drag(page, "touch", await middleOf(handle("Low cut")), 60, 0)],
    ["its handle, by the keyboard", () => handle("Low cut").press("PageUp")],
    [
      "its handle, by the wheel beside it",
      async () => {
        const { x, y } = await middleOf(handle("Low cut"));
        await page.mouse.move(x + 10, y + 8);
        await page.mouse.wheel(0, -480);
      },
    ],
  ];
  test.each(HANDS)("is turned on with its corner: %s", async (_, turn) => {
    await turn();
    await expect.poll(() => slope("Low", "12 dB/oct").isChecked()).toBe(true);
    await expect.poll(() => textOf(knob("Low cut"))).toMatch(/Hz$/);
    expect(await knob("Low cut").locator("..").getAttribute("data-idle")).toBe("false");
    // It was one gesture: one step takes it back.
    await undo().click();
    await expect.poll(() => textOf(knob("Low cut"))).toBe("Off");
    await expect.poll(() => undo().isDisabled()).toBe(true);
  });

  test("is turned on by a typed frequency, and off by the word", async () => {
    const type = async (text: string) => {
      await knob("High cut").press("Enter");
      await page.getByRole("textbox").fill(text);
      await page.keyboard.press("Enter");
    };
    await type("5k");
    await expect.poll(() => textOf(knob("High cut"))).toBe("5.00 kHz");
    await expect.poll(() => slope("High", "12 dB/oct").isChecked()).toBe(true);
    await type("off");
    await expect.poll(() => textOf(knob("High cut"))).toBe("Off");
  });

  test("comes back with the slope that it had last", async () => {
    await slope("Low", "48 dB/oct").click();
    await slope("Low", "Off").click();
    await expect.poll(() => textOf(knob("Low cut"))).toBe("Off");
    await knob("Low cut").press("ArrowUp");
    await expect.poll(() => slope("Low", "48 dB/oct").isChecked()).toBe(true);
  });
});

test.each(["knob", "handle", "slope", "curve"])(
  "a double click on the %s takes corner and slope back",
  async (what) => {
    await setByProtocol(page, server.url, { low_cut_freq: "200", low_cut_slope: "24" });
    await expect.poll(() => textOf(knob("Low cut"))).toBe("200 Hz");
    if (what === "knob") await knob("Low cut").dblclick();
    if (what === "handle") await handle("Low cut").dblclick();
    if (what === "slope") await slope("Low", "24 dB/oct").dblclick();
    if (what === "curve") {
      const { x, y } = await curveAt(100, -24.1);
      await page.mouse.dblclick(x, y);
    }
    await expect.poll(() => slope("Low", "Off").isChecked()).toBe(true);
    await slope("Low", "12 dB/oct").click();
    await expect.poll(() => textOf(knob("Low cut"))).toBe("20.0 Hz");
  },
);

/** Where the filter graph has a frequency and a level: from 10 Hz to 25 kHz, from +3 to -45 dB. */
function curveAt(hz: number, db: number): Promise<{ x: number; y: number }> {
  return placeIn("filter-graph", Math.log(hz / 10) / Math.log(2_500), (3 - db) / 48);
}

describe("the graph of the filters", () => {
  beforeEach(async () => {
    await setByProtocol(page, server.url, { low_cut_freq: "200", low_cut_slope: "24" });
    await expect.poll(() => textOf(knob("Low cut"))).toBe("200 Hz");
  });

  test.each(["mouse", "touch"] as const)("changes nothing where there is no curve: %s", async (hand) => {
    const before = await values();
    for (const [x, y] of [
      [0.1, 0.2],
      [0.5, 0.5],
      [0.9, 0.8],
    ] as const) {
      const place = await placeIn("filter-graph", x, y);
      await drag(page, hand, place, 60, 20);
      await page.mouse.move(place.x, place.y);
      await page.mouse.wheel(0, -240);
      await page.mouse.dblclick(place.x, place.y);
    }
    expect(await values()).toEqual(before);
  });

  test.each(["mouse", "touch"] as const)("is grabbed by its slope: %s", async (hand) => {
    await drag(page, hand, await curveAt(100, -24.1), 50, 0);
    await expect
      .poll(async () => Number.parseFloat((await textOf(knob("Low cut"))) ?? ""))
      .toBeGreaterThan(250);
  });

  test("moves the corner as far as the hand", async () => {
    const before = await middleOf(handle("Low cut"));
    await drag(page, "mouse", before, 40, 0);
    await expect.poll(async () => (await middleOf(handle("Low cut"))).x - before.x).toBeCloseTo(40, 0);
  });

  test("tells frequency, level and note under the pointer, and of a corner that has the keyboard", async () => {
    const bubble = page.locator(".filter-graph .probe-bubble");
    expect(await bubble.count()).toBe(0);
    const told = async (hz: number) => {
      const { x, y } = await curveAt(hz, -30);
      await page.mouse.move(x, y);
      return bubble.locator("*").allTextContents();
    };
    expect(await told(2_000)).toEqual([
      expect.stringMatching(/^(1\.9\d|2\.0\d) kHz$/),
      "0.0 dB",
      expect.stringMatching(/^B6/),
    ]);
    const [, level] = await told(100);
    expect(Number(level?.replace("\u2212", "-").replace(" dB", ""))).toBeCloseTo(-24.1, 0);
    await page.mouse.move(5, 5);
    await expect.poll(() => bubble.count()).toBe(0);
    await handle("Low cut").press("ArrowUp");
    await expect
      .poll(() => bubble.locator("*").allTextContents())
      .toEqual([await expectedCorner(), "\u22123.0 dB", expect.stringMatching(/^(G|G#)3/)]);
  });

  async function expectedCorner(): Promise<string | null> {
    await expect.poll(() => textOf(handle("Low cut"))).not.toBe("200 Hz");
    return textOf(handle("Low cut"));
  }
});

describe("the graph of the drive", () => {
  test.each(["mouse", "touch"] as const)("has a dot that stays under the hand: %s", async (hand) => {
    await setByProtocol(page, server.url, { drive: "10" });
    await expect.poll(() => textOf(knob("Drive"))).toBe("10.0 dB");
    const before = await middleOf(handle("Drive"));
    await drag(page, hand, before, -50, 0);
    await expect.poll(async () => (await middleOf(handle("Drive"))).x - before.x).toBeCloseTo(-50, 0);
    await expect.poll(async () => Number.parseFloat((await textOf(knob("Drive"))) ?? "")).toBeGreaterThan(15);
  });

  test("changes nothing where there is no curve", async () => {
    const before = await values();
    await drag(page, "mouse", await placeIn("drive-graph", 0.2, 0.3), -60, -40);
    await drag(page, "touch", await placeIn("drive-graph", 0.8, 0.7), -60, -40);
    expect(await values()).toEqual(before);
  });

  test("is turned by wheel, keys and a double click on its handle", async () => {
    await handle("Drive").hover();
    await page.mouse.wheel(0, -240);
    await expect.poll(() => textOf(knob("Drive"))).not.toBe("0.0 dB");
    await handle("Drive").press("End");
    await expect.poll(() => textOf(knob("Drive"))).toBe("36.0 dB");
    await handle("Drive").dblclick();
    await expect.poll(() => textOf(knob("Drive"))).toBe("0.0 dB");
  });

  test("shows what is quiet as loud as it was, whatever is driven: the loudness is given back", async () => {
    const leaving = (drive: string) =>
      setByProtocol(page, server.url, { drive }).then(() =>
        curveLevelAt(page.locator(".drive-graph .graph-grab path"), -18),
      );
    await expect.poll(() => leaving("0")).toBeCloseTo(-18, 0);
    // Some decibels up for a tone, whose peak is lower than that of the programme that the stage goes by.
    await expect.poll(() => leaving("24")).toBeLessThan(-13);
    expect(await leaving("24")).toBeGreaterThan(-18);
  });
});

/** How loud a curve of the drive graph says that a level comes out: from -48 to 6 dBFS both ways. */
function curveLevelAt(curve: Locator, arrivingDb: number): Promise<number> {
  return curve.evaluate((path, arrivingDb) => {
    const points = [...(path.getAttribute("d") ?? "").matchAll(/([\d.]+) ([\d.-]+)/g)];
    const x = (1_000 * (arrivingDb + 48)) / 54;
    const nearest = points.reduce((best, point) =>
      Math.abs(Number(point[1]) - x) < Math.abs(Number(best[1]) - x) ? point : best,
    );
    return 6 - (54 * Number(nearest[2])) / 1_000;
  }, arrivingDb);
}
