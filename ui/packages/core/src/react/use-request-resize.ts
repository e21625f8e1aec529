import { useWavecraft } from "./use-wavecraft.ts";

/** Asks for another size of the page, in logical pixels; resolves to whether the window will change. */
export function useRequestResize(): (width: number, height: number) => Promise<boolean> {
  return useWavecraft().requestResize;
}
