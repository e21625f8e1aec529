import { act, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WavecraftClient } from "../src/index.ts";
import { mountPage, useConnectionStatus } from "../src/react/index.ts";
import { FakePlugin } from "./fake-plugin.ts";

let unmount: (() => void) | undefined;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  document.body.innerHTML = '<div id="root"></div>';
});
afterEach(() => {
  act(() => unmount?.());
  unmount = undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function mount(...[page, options]: Parameters<typeof mountPage>) {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  act(() => {
    unmount = mountPage(page, { client, ...options });
  });
  return plugin;
}

/** Fonts that the test delivers. */
function stubFonts(): { asked: string[]; arrive(): void; fail(): void } {
  const asked: string[] = [];
  let settle: { resolve(faces: FontFace[]): void; reject(error: Error): void } | undefined;
  const promise = new Promise<FontFace[]>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const load = (font: string) => {
    asked.push(font);
    return promise;
  };
  Object.defineProperty(document, "fonts", { value: { load }, configurable: true });
  return { asked, arrive: () => settle?.resolve([]), fail: () => settle?.reject(new Error("no such font")) };
}

function Connection() {
  return <p>{`The page is ${useConnectionStatus()}`}</p>;
}

function Broken(): never {
  throw new TypeError("gain is not a number");
}

describe("mountPage", () => {
  it("shows the page in #root, connected, and takes it away", () => {
    const plugin = mount(<Connection />);
    expect(document.getElementById("root")?.textContent).toBe("The page is connected");
    act(() => unmount?.());
    expect(document.getElementById("root")?.textContent).toBe("");
    expect(plugin.status.read()).toBe("disconnected");
  });

  it("renders in strict mode", () => {
    const renders: string[] = [];
    const Page = () => {
      renders.push("page");
      return null;
    };
    mount(<Page />);
    expect(renders).toEqual(["page", "page"]);
  });

  it("says what is wrong with a document without #root", () => {
    document.body.innerHTML = "";
    expect(() => mountPage(null)).toThrow('add <div id="root"></div> to index.html');
  });

  it("takes another element, and replaces the page at a second call", () => {
    const warnings = vi.spyOn(console, "error");
    const root = document.createElement("section");
    mount(<p>first</p>, { root });
    mount(<p>second</p>, { root });
    expect(root.textContent).toBe("second");
    expect(warnings).not.toHaveBeenCalled();
  });

  it("shows what a component has thrown, with a way to load the page again", () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => {});
    mount(<Broken />);
    expect(screen.getByRole("alert").textContent).toContain("TypeError: gain is not a number");
    expect(screen.getByRole("button", { name: "Reload page" })).toBeDefined();
    expect(errors).toHaveBeenCalled();
  });

  it("waits for a font", async () => {
    const fonts = stubFonts();
    mount(<p>set in it</p>, { font: '1rem "Archivo"' });
    expect(fonts.asked).toEqual(['1rem "Archivo"']);
    expect(screen.queryByText("set in it")).toBeNull();
    await act(async () => fonts.arrive());
    expect(screen.getByText("set in it")).toBeDefined();
  });

  it("goes on without a font that cannot be loaded", async () => {
    const fonts = stubFonts();
    mount(<p>set in another</p>, { font: '1rem "Archivo"' });
    await act(async () => fonts.fail());
    expect(screen.getByText("set in another")).toBeDefined();
  });

  it("waits no longer than a second for a font", async () => {
    vi.useFakeTimers();
    stubFonts();
    mount(<p>set in another</p>, { font: '1rem "Archivo"' });
    await act(() => vi.advanceTimersByTimeAsync(999));
    expect(screen.queryByText("set in another")).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(1));
    expect(screen.getByText("set in another")).toBeDefined();
  });

  it("shows nothing that was taken away while its font was on the way", async () => {
    const fonts = stubFonts();
    mount(<p>too late</p>, { font: '1rem "Archivo"' });
    act(() => unmount?.());
    await act(async () => fonts.arrive());
    expect(screen.queryByText("too late")).toBeNull();
  });
});
