import { act, render } from "@testing-library/react";
import { type ControllersState, type ParameterInfo, type PluginInfo, WavecraftClient } from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import type { ReactNode } from "react";
import { FakePlugin } from "../../core/tests/fake-plugin.ts";

const INFO: PluginInfo = {
  name: "Strip",
  vendor: "Example",
  version: "1.2.3",
  protocol: 1,
  host: "plugin",
  meters: [],
  signals: [],
  midi_input: false,
  host_menu: false,
  controllers: false,
};

/** A page, and the plugin that it talks to. */
export function pageOf(page: ReactNode) {
  const plugin = FakePlugin.automatic();
  const client = new WavecraftClient({ transport: plugin });
  render(<WavecraftProvider client={client}>{page}</WavecraftProvider>);
  /** Answers what a page asks at its start. */
  const load = (parameters: ParameterInfo[], info: Partial<PluginInfo> = {}) =>
    act(() => {
      plugin.answer("getInfo", { ...INFO, ...info });
      plugin.answer("getAllParameters", { parameters });
    });
  /** Answers which controllers there are. */
  const tie = (state: Partial<ControllersState> = {}) =>
    act(() => plugin.answer("getControllers", { learning: null, controllers: [], ...state }));
  /** What was asked of a method, in order. */
  const asked = (method: Parameters<typeof plugin.open>[0]) =>
    plugin.sent.filter((sent) => sent.method === method).map(({ params }) => params);
  return { plugin, client, load, tie, asked };
}
