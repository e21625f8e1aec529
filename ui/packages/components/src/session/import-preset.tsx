import type { PresetStore } from "@wavecraft/core";
import { type ChangeEvent, useRef, useState } from "react";
import { type Note, news, trouble } from "./note.ts";
import { textOfFile } from "./preset-file.ts";
import { isTaken } from "./refusal.ts";

/** What it takes. */
export type ImportPresetProps = {
  /** Imports. */
  store: PresetStore;
  /** Has a word on what has come of it, or none. */
  onNote(note: Note | null): void;
};

/** Takes a preset from a file, and asks before it replaces one. */
export function ImportPreset({ store, onNote }: ImportPresetProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<{ fileName: string; text: string } | null>(null);
  const take = (fileName: string, text: string, isReplacing: boolean) => {
    setAsked(null);
    store.importText(text, isReplacing).then(
      () => onNote(news(`“${fileName}” is among your presets.`)),
      (error: unknown) => {
        if (isTaken(error)) setAsked({ fileName, text });
        onNote(isTaken(error) ? null : trouble(error));
      },
    );
  };
  const onChoose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.currentTarget.files?.[0];
    // The same file may be chosen again.
    event.currentTarget.value = "";
    if (file === undefined) return;
    textOfFile(file).then(
      (text) => take(file.name, text, false),
      (error: Error) => onNote({ words: error.message, isTrouble: true }),
    );
  };
  if (asked !== null) {
    const { fileName, text } = asked;
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame, and has no use for one here.
      <div className="wc-preset-line" role="group" aria-label="Replace a preset?">
        <span className="wc-preset-text wc-preset-question">You have a preset of this name. Replace it?</span>
        <button
          type="button"
          className="wc-session-button wc-preset-submit"
          onClick={() => take(fileName, text, true)}
        >
          Replace
        </button>
        <button
          type="button"
          className="wc-session-button wc-preset-submit"
          // biome-ignore lint/a11y/noAutofocus: the question takes the place of the button that was pressed.
          autoFocus
          onClick={() => setAsked(null)}
        >
          Keep
        </button>
      </div>
    );
  }
  return (
    <div className="wc-preset-line">
      <input
        ref={chooser}
        className="wc-visually-hidden"
        type="file"
        accept=".toml"
        aria-label="Preset file"
        tabIndex={-1}
        onChange={onChoose}
      />
      <button
        type="button"
        className="wc-session-button wc-preset-submit"
        onClick={() => chooser.current?.click()}
      >
        Import a file…
      </button>
    </div>
  );
}
