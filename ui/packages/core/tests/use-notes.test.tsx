import { act, cleanup, fireEvent, render, renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WavecraftClient } from "../src/index.ts";
import { type Notes, useNotes, WavecraftProvider } from "../src/react/index.ts";
import { FakePlugin } from "./fake-plugin.ts";

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const INFO = {
  name: "Synth",
  vendor: "W",
  version: "1.0.0",
  protocol: 1,
  host: "plugin",
} as const;

function page() {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  const wrapper = ({ children }: { children?: React.ReactNode }) => (
    <WavecraftProvider client={client}>{children}</WavecraftProvider>
  );
  const played = () =>
    plugin.sent
      .filter(({ method }) => method === "noteOn" || method === "noteOff")
      .map(({ method, params }) => `${method} ${params.note} of ${params.channel}`);
  const tell = (midi_input: boolean) =>
    act(() =>
      plugin.answer("getInfo", {
        ...INFO,
        meters: [],
        signals: [],
        midi_input,
        host_menu: false,
        controllers: false,
      }),
    );
  return { plugin, client, wrapper, played, tell };
}

describe("useNotes", () => {
  it("says whether notes are taken, and whether one would be played now", () => {
    const { plugin, wrapper, tell } = page();
    const { result } = renderHook(() => useNotes(), { wrapper });
    expect([result.current.taken, result.current.ready]).toEqual([null, false]);
    tell(true);
    expect([result.current.taken, result.current.ready]).toEqual([true, true]);
    act(() => plugin.drop());
    expect([result.current.taken, result.current.ready]).toEqual([true, false]);
    act(() => plugin.connect());
    tell(false);
    expect([result.current.taken, result.current.ready]).toEqual([false, false]);
  });

  it("plays on its channel, and shows what others on the page hold there", () => {
    const { wrapper, played } = page();
    const seen: Record<string, Notes> = {};
    const One = ({ name, channel }: { name: string; channel: number }) => {
      seen[name] = useNotes(channel);
      return null;
    };
    const Page = wrapper;
    render(
      <Page>
        <One name="pads" channel={9} />
        <One name="more pads" channel={9} />
        <One name="keys" channel={0} />
      </Page>,
    );
    act(() => seen.pads?.noteOn(36, 0.8));
    expect(played()).toEqual(["noteOn 36 of 9"]);
    expect([...(seen["more pads"]?.held ?? [])]).toEqual([36]);
    expect(seen.keys?.held.size).toBe(0);
    act(() => seen["more pads"]?.noteOff(36));
    expect(seen.pads?.held.size).toBe(1);
    act(() => seen.pads?.noteOff(36));
    expect(played()).toEqual(["noteOn 36 of 9", "noteOff 36 of 9"]);
  });

  it.each([
    ["the window loses the focus", () => fireEvent.blur(window)],
    [
      "the page is hidden",
      () => {
        vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
        fireEvent(document, new Event("visibilitychange"));
      },
    ],
  ])("ends what is held when %s", (_, leave) => {
    const { wrapper, played } = page();
    const { result } = renderHook(() => useNotes(), { wrapper });
    act(() => result.current.noteOn(60, 1));
    act(() => void leave());
    expect(played()).toEqual(["noteOn 60 of 0", "noteOff 60 of 0"]);
    expect(result.current.held.size).toBe(0);
  });

  it("ends what a component holds when it goes away, and when it takes another channel", () => {
    const { wrapper: Page, played } = page();
    let notes: Notes | undefined;
    const One = ({ channel }: { channel: number }) => {
      notes = useNotes(channel);
      return null;
    };
    const { rerender } = render(<One channel={0} />, { wrapper: Page });
    act(() => notes?.noteOn(60, 1));
    rerender(<One channel={1} />);
    act(() => notes?.noteOn(62, 1));
    rerender(<p />);
    expect(played()).toEqual(["noteOn 60 of 0", "noteOff 60 of 0", "noteOn 62 of 1", "noteOff 62 of 1"]);
  });
});
