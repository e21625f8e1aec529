import { useContext } from "react";
import type { WavecraftClient } from "../client.ts";
import { WavecraftContext } from "./context.ts";

/** The client itself, for what no other hook covers. */
export function useWavecraft(): WavecraftClient {
  const client = useContext(WavecraftContext);
  if (client === null) {
    throw new Error("There is no Wavecraft client here: put <WavecraftProvider client={…}> around the page");
  }
  return client;
}
