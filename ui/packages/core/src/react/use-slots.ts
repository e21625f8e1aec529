import { useMemo, useSyncExternalStore } from "react";
import type { SlotName } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** The two slots. */
export type ComparedSlots = {
  /** The one that is heard; null without a connection, and where there are none. */
  selected: SlotName | null;
  /** Lets a slot be heard. */
  select(slot: SlotName): void;
  /** Gives the slot that is not heard the values of the one that is. */
  copyToOther(): void;
};

/** A and B: two sets of values to compare. */
export function useSlots(): ComparedSlots {
  const { slots } = useWavecraft();
  const selected = useSyncExternalStore(slots.subscribe, slots.read);
  return useMemo(
    () => ({ selected, select: slots.select, copyToOther: slots.copyToOther }),
    [selected, slots],
  );
}
