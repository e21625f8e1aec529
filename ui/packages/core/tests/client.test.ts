import { describe, expect, it, vi } from "vitest";
import { animationFrames, systemClock, WavecraftClient } from "../src/index.ts";
import { FakePlugin, parameter } from "./fake-plugin.ts";
import { ManualClock } from "./manual-clock.ts";

vi.mock("react", () => {
  throw new Error("React was imported");
});

vi.mock("react-dom", () => {
  throw new Error("React was imported");
});

function client() {
  const [plugin, clock] = [FakePlugin.automatic(), new ManualClock()];
  return { plugin, clock, client: new WavecraftClient({ transport: plugin, clock }) };
}

describe("the client", () => {
  it("needs no React and no DOM", async () => {
    await expect(import("react")).rejects.toThrow();
    expect(typeof document).toBe("undefined");
    new WavecraftClient().close();
  });

  it("does nothing before its start, then asks for everything once", () => {
    const { plugin, client: page } = client();
    expect(plugin.starts).toBe(0);
    page.start();
    expect(plugin.sent.map(({ method }) => method).sort()).toEqual([
      "getAllParameters",
      "getAudioStatus",
      "getHistory",
      "getInfo",
      "getPreset",
      "getSlots",
    ]);
    expect(page.connection.read()).toBe("connected");
  });

  it("survives being started, closed and started again, with one of everything", () => {
    const { plugin, client: page } = client();
    page.start();
    page.close();
    plugin.sent.length = 0;
    page.start();
    expect(plugin.sent).toHaveLength(6);
    plugin.answer("getAllParameters", { parameters: [parameter("gain")] });
    const listener = vi.fn();
    page.parameters.subscribe("gain", listener);
    plugin.tell("parameterChanged", { id: "gain", value: 0.75 });
    expect(listener).toHaveBeenCalledOnce();
  });

  it("asks for a size in whole pixels, and says no where nobody can grant it", async () => {
    const { plugin, client: page } = client();
    expect(await page.requestResize(800, 600)).toBe(false);
    page.start();
    const accepted = page.requestResize(800.4, 0);
    expect(plugin.open("requestResize")[0]?.params).toEqual({ width: 800, height: 1 });
    plugin.answer("requestResize", { accepted: true });
    expect(await accepted).toBe(true);
    const refused = page.requestResize(800, 600);
    plugin.refuse("requestResize");
    expect(await refused).toBe(false);
  });
});

describe("time", () => {
  it("is the machine's unless told", async () => {
    const before_ms = systemClock.now();
    const never = vi.fn();
    systemClock.clearTimer(systemClock.setTimer(never, 0));
    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 1));
    expect(systemClock.now()).toBeGreaterThan(before_ms);
    expect(never).not.toHaveBeenCalled();
  });

  it("has frames where there is no browser", async () => {
    const never = vi.fn();
    animationFrames(never)();
    await new Promise<void>((resolve) => animationFrames(resolve));
    expect(never).not.toHaveBeenCalled();
  });

  it("has the browser's frames where there is one", () => {
    const [request, cancel] = [vi.fn().mockReturnValue(7), vi.fn()];
    vi.stubGlobal("requestAnimationFrame", request);
    vi.stubGlobal("cancelAnimationFrame", cancel);
    animationFrames(() => {})();
    vi.unstubAllGlobals();
    expect(request).toHaveBeenCalledOnce();
    expect(cancel).toHaveBeenCalledExactlyOnceWith(7);
  });
});
