import type { PresetStore } from "@wavecraft/core";
import { type FormEvent, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { isTaken, wordsOf } from "./refusal.ts";

/** What it takes. */
export type SavePresetProps = {
  /** Saves. */
  store: PresetStore;
  /** A name to begin with. */
  suggestion: string;
  /** Has a word on what has come of it, or none. */
  onMessage(words: string): void;
};

/** Saves the parameters' values under a name, and asks before it replaces a preset. */
export function SavePreset({ store, suggestion, onMessage }: SavePresetProps) {
  const [name, setName] = useState(suggestion);
  const [taken, setTaken] = useState<string | null>(null);
  const wanted = name.trim();
  const isReplacing = taken !== null && taken === wanted;
  const save = (event: FormEvent) => {
    event.preventDefault();
    store.save({ name: wanted, ...(isReplacing && { replace: true }) }).then(
      () => {
        setTaken(null);
        onMessage("");
      },
      (error: unknown) => {
        if (isTaken(error)) setTaken(wanted);
        onMessage(isTaken(error) ? `There is a preset named ${wanted} already.` : wordsOf(error));
      },
    );
  };
  return (
    <form className="wc-preset-save" onSubmit={save}>
      <input
        className="wc-session-field"
        type="text"
        placeholder="Name"
        aria-label="Name of the preset to save"
        autoComplete="off"
        spellCheck={false}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          // It only takes over what was composed: the form is not sent yet.
          if (event.key === "Enter" && isOfInputMethod(event)) event.preventDefault();
        }}
      />
      <button type="submit" className="wc-session-button wc-preset-submit" disabled={wanted === ""}>
        {isReplacing ? "Replace" : "Save"}
      </button>
    </form>
  );
}
