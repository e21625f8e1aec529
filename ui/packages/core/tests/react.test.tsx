import { act, cleanup, render, renderHook, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WavecraftClient } from "../src/index.ts";
import {
  useAllParameters,
  useAudioStatus,
  useBuildStatus,
  useConnectionStatus,
  useMeter,
  useMeterFrame,
  useMeters,
  useMeterValues,
  useParameter,
  usePluginInfo,
  useRequestResize,
  useWavecraft,
  WavecraftProvider,
} from "../src/react/index.ts";
import { FakePlugin, parameter } from "./fake-plugin.ts";

afterEach(cleanup);

function page() {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <WavecraftProvider client={client}>{children}</WavecraftProvider>
  );
  const load = (...parameters: ReturnType<typeof parameter>[]) =>
    act(() => plugin.answer("getAllParameters", { parameters }));
  return { plugin, client, wrapper, load };
}

type Renders = { gain: number; mix: number; all: number };

function One({ id, renders }: { id: "gain" | "mix"; renders: Renders }) {
  const control = useParameter(id);
  renders[id] += 1;
  return <p>{`${id} ${control?.value}`}</p>;
}

function All({ renders }: { renders: Renders }) {
  const { parameters } = useAllParameters();
  renders.all += 1;
  return <p>{`${parameters.length} parameters`}</p>;
}

describe("WavecraftProvider", () => {
  it("starts its client and closes it at the end", () => {
    const { plugin, wrapper } = page();
    const seen: string[] = [];
    const { unmount } = renderHook(() => seen.push(useConnectionStatus()), { wrapper });
    expect(seen.at(-1)).toBe("connected");
    expect([plugin.starts, plugin.closes]).toEqual([1, 0]);
    unmount();
    expect(plugin.closes).toBe(1);
  });

  it("works in strict mode, which starts and closes everything twice", () => {
    const { plugin, wrapper } = page();
    const { result } = renderHook(() => useParameter("gain"), { wrapper, reactStrictMode: true });
    expect(plugin.starts).toBe(2);
    const newest = plugin.open("getAllParameters").at(-1);
    act(() =>
      plugin.deliver(
        JSON.stringify({ jsonrpc: "2.0", id: newest?.id, result: { parameters: [parameter("gain")] } }),
      ),
    );
    expect(result.current?.value).toBe(0.5);
  });

  it("says what to do when it is missing", () => {
    const silence = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(() => renderHook(() => useWavecraft())).toThrow(
      "put <WavecraftProvider client={…}> around the page",
    );
    silence.mockRestore();
  });
});

describe("useParameter", () => {
  it("is undefined until it is there, then follows it", () => {
    const { plugin, wrapper, load } = page();
    const { result } = renderHook(() => useParameter("gain"), { wrapper });
    expect(result.current).toBeUndefined();
    load(parameter("gain", 0.25));
    expect(result.current).toMatchObject({ value: 0.25, text: "0.25 of the plugin" });
    act(() => plugin.tell("parameterChanged", { id: "gain", value: 0.75 }));
    expect(result.current?.value).toBe(0.75);
    act(() => result.current?.change(1));
    expect(result.current?.value).toBe(1);
    expect(plugin.log("setParameter")).toEqual(["setParameter 1"]);
  });

  it("follows another parameter when it is given another id", () => {
    const { plugin, wrapper, load } = page();
    const { result, rerender } = renderHook(({ id }) => useParameter(id), {
      wrapper,
      initialProps: { id: "gain" },
    });
    load(parameter("gain", 0.25), parameter("mix", 0.5));
    rerender({ id: "mix" });
    expect(result.current?.value).toBe(0.5);
    act(() => plugin.tell("parameterChanged", { id: "mix", value: 0.75 }));
    expect(result.current?.value).toBe(0.75);
  });

  it("renders only the readers of the parameter that moves", () => {
    const { plugin, wrapper: Wrapper, load } = page();
    const renders: Renders = { gain: 0, mix: 0, all: 0 };
    render(
      <Wrapper>
        <One id="gain" renders={renders} />
        <One id="mix" renders={renders} />
        <All renders={renders} />
      </Wrapper>,
    );
    load(parameter("gain"), parameter("mix"));
    const before = { ...renders };
    act(() => plugin.tell("parameterChanged", { id: "gain", value: 0.75 }));
    expect(screen.getByText("gain 0.75")).toBeDefined();
    expect(renders).toEqual({ ...before, gain: before.gain + 1 });
  });
});

describe("useAllParameters", () => {
  it("is loading, then ready with all of them in order", () => {
    const { wrapper, load } = page();
    const { result } = renderHook(() => useAllParameters(), { wrapper });
    expect(result.current).toEqual({ status: "loading", parameters: [] });
    load(parameter("mix"), parameter("gain"));
    expect(result.current.status).toBe("ready");
    expect(result.current.parameters.map(({ id }) => id)).toEqual(["mix", "gain"]);
  });

  it("follows a reload, and keeps them while there is no connection", () => {
    const { plugin, wrapper, load } = page();
    const { result } = renderHook(() => useAllParameters(), { wrapper });
    load(parameter("gain"));
    act(() => plugin.tell("parametersChanged", {}));
    load(parameter("gain"), parameter("new"));
    expect(result.current.parameters.map(({ id }) => id)).toEqual(["gain", "new"]);
    const before = result.current;
    act(() => plugin.drop());
    expect(result.current).toBe(before);
    act(() => plugin.connect());
    load(parameter("gain"));
    expect(result.current.parameters.map(({ id }) => id)).toEqual(["gain"]);
  });

  it("loads after a connection that dropped in the middle of a load", () => {
    const { plugin, wrapper, load } = page();
    const { result } = renderHook(() => useAllParameters(), { wrapper });
    act(() => plugin.drop());
    expect(result.current.status).toBe("loading");
    plugin.swallow("getAllParameters");
    act(() => plugin.connect());
    load(parameter("gain"));
    expect(result.current.status).toBe("ready");
  });

  it("says what went wrong", () => {
    const { plugin, wrapper } = page();
    const { result } = renderHook(() => useAllParameters(), { wrapper });
    act(() => plugin.refuse("getAllParameters", -32603));
    expect(result.current).toMatchObject({
      status: "error",
      parameters: [],
      error: { code: -32603 },
    });
  });

  it("loads once for any number of readers", () => {
    const { plugin, wrapper, load } = page();
    const both = () => [useAllParameters(), useAllParameters()];
    const { result, rerender } = renderHook(both, { wrapper });
    load(parameter("gain"));
    rerender();
    expect(result.current[0]).toBe(result.current[1]);
    expect(plugin.log("getAllParameters")).toHaveLength(1);
  });
});

const levels = {
  timestamp_us: 1,
  left_peak: 0.5,
  left_rms: 0.25,
  right_peak: 0.5,
  right_rms: 0.25,
  input_left_peak: 0.5,
  input_left_rms: 0.25,
  input_right_peak: 0.5,
  input_right_rms: 0.25,
  values: {},
};

describe("the levels", () => {
  it("render with useMeterFrame and do not with useMeters", () => {
    const { plugin, client, wrapper } = page();
    const frame = renderHook(() => useMeterFrame(), { wrapper });
    let renders = 0;
    const store = renderHook(
      () => {
        renders += 1;
        return useMeters();
      },
      { wrapper },
    );
    expect(frame.result.current).toBeNull();
    const before = renders;
    act(() => plugin.tell("meterUpdate", levels));
    expect(frame.result.current).toEqual(levels);
    expect(renders).toBe(before);
    expect(store.result.current).toBe(client.meters);
    expect(store.result.current.read()).toEqual(levels);
  });
});

describe("meters of the plugin's own", () => {
  it("are there once the plugin has told of them, and move without a render unless asked", () => {
    const { plugin, wrapper } = page();
    let renders = 0;
    const { result } = renderHook(
      () => {
        renders += 1;
        return { gr: useMeter("gr"), typo: useMeter("typo") };
      },
      { wrapper },
    );
    const moving = renderHook(() => useMeterValues("gr"), { wrapper });
    expect(result.current.gr).toBeUndefined();
    const info = { id: "gr", name: "Reduction", kind: "gainReduction", channels: 1 } as const;
    act(() =>
      plugin.answer("getInfo", {
        name: "Strip",
        vendor: "W",
        version: "1.0.0",
        protocol: 1,
        host: "plugin",
        meters: [info],
        signals: [],
        midi_input: false,
        host_menu: false,
        controllers: false,
      }),
    );
    expect(result.current.gr?.info).toEqual(info);
    expect(result.current.typo).toBeUndefined();
    const before = renders;
    act(() => plugin.tell("meterUpdate", { ...levels, values: { gr: [-6] } }));
    expect(renders).toBe(before);
    expect(result.current.gr?.values.read()).toEqual([-6]);
    expect(moving.result.current).toEqual([-6]);
  });
});

describe("the other hooks", () => {
  it("follow their stores", () => {
    const { plugin, wrapper } = page();
    const { result } = renderHook(
      () => ({
        connection: useConnectionStatus(),
        audio: useAudioStatus(),
        build: useBuildStatus(),
        info: usePluginInfo(),
      }),
      { wrapper },
    );
    expect(result.current).toMatchObject({ connection: "connected", audio: null, info: null });
    expect(result.current.build.status).toBeNull();
    act(() => {
      plugin.answer("getAudioStatus", {
        status: { phase: "failed", underruns: 0, overruns: 0, updated_at_ms: 1 },
      });
      plugin.answer("getInfo", {
        name: "Strip",
        vendor: "W",
        version: "1.0.0",
        protocol: 1,
        host: "plugin",
        meters: [],
        signals: [],
        midi_input: false,
        host_menu: false,
        controllers: false,
      });
      plugin.tell("buildStatusChanged", { state: "failed", message: "no" });
    });
    expect(result.current).toMatchObject({
      audio: { phase: "failed" },
      build: { status: { state: "failed", message: "no" } },
      info: { name: "Strip" },
    });
    act(() => result.current.build.dismiss());
    expect(result.current.build.status).toBeNull();
    act(() => plugin.drop());
    expect(result.current).toMatchObject({
      connection: "disconnected",
      audio: null,
      info: { name: "Strip" },
    });
  });

  it("ask for another size", async () => {
    const { plugin, wrapper } = page();
    const { result, rerender } = renderHook(() => useRequestResize(), { wrapper });
    const before = result.current;
    const accepted = result.current(800, 600);
    plugin.answer("requestResize", { accepted: true });
    expect(await accepted).toBe(true);
    rerender();
    expect(result.current).toBe(before);
  });
});
