import { useMemo, useSyncExternalStore } from "react";
import type { HistoryState } from "../protocol/index.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** What undo and redo would do, and both of them. */
export type UndoHistory = {
  /** Null without a connection, and where nothing keeps a history. */
  state: HistoryState | null;
  /** Takes the last step back. */
  undo(): void;
  /** Does the step again that was taken back last. */
  redo(): void;
};

/** Undo and redo: one gesture, preset or copy is one step. */
export function useHistory(): UndoHistory {
  const { history } = useWavecraft();
  const state = useSyncExternalStore(history.subscribe, history.read);
  return useMemo(() => ({ state, undo: history.undo, redo: history.redo }), [state, history]);
}
