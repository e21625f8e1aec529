import { type ReactNode, useLayoutEffect } from "react";
import type { WavecraftClient } from "../client.ts";
import { WavecraftContext } from "./context.ts";

/** What the provider takes. */
export type WavecraftProviderProps = {
  /** The client that everything below reads: the same one for as long as the page lives. */
  client: WavecraftClient;
  /** The page. */
  children?: ReactNode;
};

/** Gives a client to everything below, and keeps it started for as long as it is on the page. */
export function WavecraftProvider({ client, children }: WavecraftProviderProps) {
  // Before the first paint: a webview's channel is there at once, and no page should say otherwise for a frame.
  useLayoutEffect(() => {
    client.start();
    return () => client.close();
  }, [client]);
  return <WavecraftContext value={client}>{children}</WavecraftContext>;
}
