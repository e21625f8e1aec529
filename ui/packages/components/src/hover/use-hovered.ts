import { useSyncExternalStore } from "react";
import { type Hovered, hoveredControl } from "./hovered-control.ts";

/**
 * What the pointer is on, or else the keyboard: the id of a control's parameter, or the words of anything that has a
 * `data-hint` or a title; null while it is neither. Any control of this package has its parameter's id, and so has any element
 * with the attribute `data-parameter`.
 */
export function useHovered(): Hovered | null {
  return useSyncExternalStore(hoveredControl.subscribe, hoveredControl.read);
}
