import type { PresetStore } from "@wavecraft/core";
import { usePluginInfo } from "@wavecraft/core/react";
import { type ChangeEvent, useRef, useState } from "react";
import { type Note, news, trouble } from "./note.ts";
import { textOfFile } from "./preset-file.ts";
import { Question } from "./question.tsx";
import { isTaken } from "./refusal.ts";

/** What it takes. */
export type ImportPresetProps = {
  /** Imports. */
  store: PresetStore;
  /** Has a word on what has come of it, or none. */
  onNote(note: Note | null): void;
};

/** Takes a preset from a file in a browser, and asks before it replaces one; elsewhere it says how files are imported. */
export function ImportPreset({ store, onNote }: ImportPresetProps) {
  const chooser = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState<{ fileName: string; text: string } | null>(null);
  const isInBrowser = usePluginInfo()?.host === "devServer";
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
  // WebKitGTK opens no window for files within a host's.
  if (!isInBrowser) {
    return (
      <p className="wc-preset-none wc-preset-import">
        To import a preset file, put it into the folder of your presets.
      </p>
    );
  }
  if (asked !== null) {
    const { fileName, text } = asked;
    return (
      <Question
        label="Replace a preset?"
        words="You have a preset of this name. Replace it?"
        isLong
        answer="Replace"
        onAnswer={() => take(fileName, text, true)}
        onKeep={() => setAsked(null)}
      />
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
