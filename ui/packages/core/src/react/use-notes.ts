import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { notesOf } from "../notes/note-player.ts";
import { useConnectionStatus } from "./use-connection-status.ts";
import { usePluginInfo } from "./use-plugin-info.ts";
import { useWavecraft } from "./use-wavecraft.ts";

/** The notes of one channel. */
export type Notes = {
  /** Whether the plugin takes notes; null before it has said so. */
  taken: boolean | null;
  /** Whether a note would be played now: the plugin is there, and takes notes. */
  ready: boolean;
  /** The notes that this page holds on the channel, whoever on the page holds them. */
  held: ReadonlySet<number>;
  /**
   * A key goes down: a note from 0 to 127, 60 being middle C, with a velocity in (0, 1]. It needs as many `noteOff`s as there
   * are `noteOn`s.
   */
  noteOn(note: number, velocity: number): void;
  /** A key goes up. */
  noteOff(note: number): void;
  /** Every key that this component holds goes up. */
  releaseAll(): void;
};

/**
 * Plays notes on a channel, 0 to 15. What the component holds ends when it goes away, when the window loses the focus, and
 * when the page is hidden: the key, or the finger, may go up where the page does not hear of it.
 */
export function useNotes(channel = 0): Notes {
  const notes = notesOf(useWavecraft());
  const [holder] = useState(() => notes.holder());
  const store = notes.held(channel);
  const held = useSyncExternalStore(store.subscribe, store.read);
  const taken = usePluginInfo()?.midi_input ?? null;
  const isConnected = useConnectionStatus() === "connected";

  useEffect(() => {
    const { releaseAll } = holder;
    const releaseIfHidden = () => {
      if (document.visibilityState === "hidden") releaseAll();
    };
    window.addEventListener("blur", releaseAll);
    document.addEventListener("visibilitychange", releaseIfHidden);
    return () => {
      window.removeEventListener("blur", releaseAll);
      document.removeEventListener("visibilitychange", releaseIfHidden);
      releaseAll();
    };
  }, [holder]);
  // A key that is down on one channel would go up on another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the channel is what the effect waits for
  useEffect(() => holder.releaseAll, [holder, channel]);

  return useMemo(
    () => ({
      taken,
      ready: taken === true && isConnected,
      held,
      noteOn: (note, velocity) => holder.noteOn(note, velocity, channel),
      noteOff: (note) => holder.noteOff(note, channel),
      releaseAll: holder.releaseAll,
    }),
    [taken, isConnected, held, holder, channel],
  );
}
