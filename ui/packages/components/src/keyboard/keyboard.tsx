import { useNotes } from "@wavecraft/core/react";
import { PianoKeys, type PianoKeysProps } from "./piano-keys.tsx";

/** What a keyboard takes. */
export type KeyboardProps = Pick<PianoKeysProps, "firstNote" | "lastNote" | "label" | "computerKeys"> & {
  /** The channel on which it plays, 0 to 15: the first unless told otherwise. */
  channel?: number;
};

/**
 * A piano's keys that play the plugin: by mouse, by touch, by the computer's keys. It shows the notes that this page holds.
 * What is held ends when the page goes, and when the connection does.
 *
 * A sentence in its place where the plugin takes no notes.
 */
export function Keyboard({ channel = 0, ...rest }: KeyboardProps) {
  const { taken, ready, held, noteOn, noteOff } = useNotes(channel);
  if (taken === false) {
    return (
      <p className="wc-missing" role="alert">
        The plugin takes no notes: its <code>midi_input</code> says so.
      </p>
    );
  }
  return <PianoKeys {...rest} held={held} disabled={!ready} onNoteOn={noteOn} onNoteOff={noteOff} />;
}
