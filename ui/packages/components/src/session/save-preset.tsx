import type { PresetStore, PresetToSave } from "@wavecraft/core";
import { type FormEvent, type KeyboardEvent, useId, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { type Note, news, trouble } from "./note.ts";
import { isTaken } from "./refusal.ts";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";

/** What it takes. */
export type SavePresetProps = {
  /** Saves. */
  store: PresetStore;
  /** A name to begin with. */
  suggestion: string;
  /** Has a word on what has come of it, or none. */
  onNote(note: Note | null): void;
};

/** What a preset can say of itself beside its name. */
const DETAILS = [
  ["tags", "Tags", "voice, bright"],
  ["author", "Author", ""],
  ["description", "Description", ""],
] as const;

type Details = Record<(typeof DETAILS)[number][0], string>;

/** Saves the parameters' values under a name, and asks before it replaces a preset. */
export function SavePreset({ store, suggestion, onNote }: SavePresetProps) {
  const [name, setName] = useState(suggestion);
  const [suggested, setSuggested] = useState(suggestion);
  if (suggested !== suggestion) {
    setSuggested(suggestion);
    setName(suggestion);
  }
  const [details, setDetails] = useState<Details>({ tags: "", author: "", description: "" });
  const [isDetailed, setDetailed] = useState(false);
  const [taken, setTaken] = useState<string | null>(null);
  const more = useId();
  const wanted = name.trim();
  const isReplacing = taken !== null && taken === wanted;
  const save = (event: FormEvent) => {
    event.preventDefault();
    store.save({ name: wanted, ...spoken(details), ...(isReplacing && { replace: true }) }).then(
      () => {
        setTaken(null);
        setDetailed(false);
        onNote(news(`Saved ${wanted}.`));
      },
      (error: unknown) => {
        if (isTaken(error)) setTaken(wanted);
        const words = `There is a preset named ${wanted} already.`;
        onNote(isTaken(error) ? { words, isTrouble: true } : trouble(error));
      },
    );
  };
  // It only takes over what was composed: the form is not sent yet.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && isOfInputMethod(event)) event.preventDefault();
  };
  return (
    <form className="wc-preset-save" onSubmit={save}>
      <div className="wc-preset-line">
        <input
          className="wc-session-field"
          type="text"
          placeholder="Name"
          aria-label="Name of the preset to save"
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <SessionButton
          label="Tags, author and description"
          aria-expanded={isDetailed}
          aria-controls={more}
          onClick={() => setDetailed(!isDetailed)}
        >
          <SessionIcon name="open" />
        </SessionButton>
        <button type="submit" className="wc-session-button wc-preset-submit" disabled={wanted === ""}>
          {isReplacing ? "Replace" : "Save"}
        </button>
      </div>
      <div id={more} className="wc-preset-details" hidden={!isDetailed}>
        {DETAILS.map(([detail, title, example]) => (
          <input
            key={detail}
            className="wc-session-field"
            type="text"
            placeholder={example === "" ? title : `${title}: ${example}`}
            aria-label={title}
            autoComplete="off"
            value={details[detail]}
            onChange={(event) => setDetails({ ...details, [detail]: event.currentTarget.value })}
            onKeyDown={onKeyDown}
          />
        ))}
      </div>
    </form>
  );
}

/** What was entered: of what is left out, a preset that is replaced keeps what it had. */
function spoken({ tags, author, description }: Details): Omit<PresetToSave, "name"> {
  const words = tags
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  return {
    ...(words.length > 0 && { tags: words }),
    ...(author.trim() !== "" && { author: author.trim() }),
    ...(description.trim() !== "" && { description: description.trim() }),
  };
}
