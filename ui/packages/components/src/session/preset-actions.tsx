import type { PresetInfo, PresetStore } from "@wavecraft/core";
import { usePluginInfo } from "@wavecraft/core/react";
import { type FormEvent, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { type Note, news, trouble } from "./note.ts";
import { download } from "./preset-file.ts";
import { Question } from "./question.tsx";
import { isTaken } from "./refusal.ts";

/** What it takes. */
export type PresetActionsProps = {
  /** What is done something with. */
  preset: PresetInfo;
  /** Does it. */
  store: PresetStore;
  /** Has a word on what has come of it, or none. */
  onNote(note: Note | null): void;
  /** It is done, and the row stays. */
  onDone(): void;
  /** The row is about to go. */
  onGone(): void;
};

/** What a preset says of itself, and what can be done with it: rename and delete what is the user's, export any. */
export function PresetActions({ preset, store, onNote, onDone, onGone }: PresetActionsProps) {
  const { id, name, bank, author, description, problem } = preset;
  const isDownloading = usePluginInfo()?.host === "devServer";
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const isOfUser = bank === "user";
  const send = () => {
    const sent = isDownloading
      ? store.exportText(id).then(({ file_name, text }) => {
          download(file_name, text);
          return null;
        })
      : store.write(id).then((path) => news(`Written to ${path}`));
    sent.catch(trouble).then(onNote);
  };
  const remove = () => {
    onGone();
    store.remove(id).then(
      () => onNote(null),
      (error: unknown) => onNote(trouble(error)),
    );
  };
  if (asked === "rename") {
    return <RenamePreset preset={preset} store={store} onNote={onNote} onDone={onDone} onGone={onGone} />;
  }
  if (asked === "delete") {
    return (
      <Question
        label={`Delete ${name}?`}
        words={`Delete ${name}?`}
        answer="Delete"
        isDeletion
        onAnswer={remove}
        onKeep={() => setAsked(null)}
      />
    );
  }
  return (
    <>
      {(description !== undefined || author !== undefined) && (
        <p className="wc-preset-words">
          {description}
          {author !== undefined && <span className="wc-preset-about"> {author}</span>}
        </p>
      )}
      <div className="wc-preset-line">
        {isOfUser && problem === undefined && (
          <button
            type="button"
            className="wc-session-button wc-preset-submit"
            onClick={() => setAsked("rename")}
          >
            Rename
          </button>
        )}
        <button type="button" className="wc-session-button wc-preset-submit" onClick={send}>
          Export
        </button>
        {isOfUser && (
          <button
            type="button"
            className="wc-session-button wc-preset-submit wc-preset-delete"
            onClick={() => setAsked("delete")}
          >
            Delete…
          </button>
        )}
      </div>
    </>
  );
}

/** Asks for another name. */
function RenamePreset({ preset, store, onNote, onDone, onGone }: PresetActionsProps) {
  const [name, setName] = useState(preset.name);
  const wanted = name.trim();
  const rename = (event: FormEvent) => {
    event.preventDefault();
    store.rename(preset.id, wanted).then(
      (id) => {
        // Another id is another row.
        if (id !== preset.id) onGone();
        onDone();
        onNote(null);
      },
      (error: unknown) =>
        onNote(
          isTaken(error)
            ? { words: `There is a preset named ${wanted} already.`, isTrouble: true }
            : trouble(error),
        ),
    );
  };
  return (
    <form className="wc-preset-line" onSubmit={rename}>
      <input
        className="wc-session-field"
        type="text"
        aria-label={`New name of ${preset.name}`}
        autoComplete="off"
        spellCheck={false}
        value={name}
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the button that was pressed.
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          // It only takes over what was composed.
          if (event.key === "Enter" && isOfInputMethod(event)) event.preventDefault();
        }}
      />
      <button type="submit" className="wc-session-button wc-preset-submit" disabled={wanted === ""}>
        Rename
      </button>
    </form>
  );
}
