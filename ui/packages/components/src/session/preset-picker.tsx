import { usePresets } from "@wavecraft/core/react";
import { type FocusEvent, useEffect, useId, useRef, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { type Note, trouble } from "./note.ts";
import { PresetBrowser } from "./preset-browser.tsx";
import { EVERY_PRESET, isShown, type PresetFilter, wordsOfFilter } from "./preset-filter.ts";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";

/** The preset's name, with the one before and the one after it, and a browser behind the name. */
export function PresetPicker() {
  const { current, list, failure, store } = usePresets();
  const [isOpen, setOpen] = useState(false);
  const [filter, setFilter] = useState<PresetFilter>(EVERY_PRESET);
  const [note, setNote] = useState<Note | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const picker = useRef<HTMLDivElement>(null);
  const browser = useId();
  useEffect(() => {
    if (!isOpen) return;
    const onPointerDown = ({ target }: PointerEvent) => {
      if (target instanceof Element && !picker.current?.contains(target)) setOpen(false);
    };
    // Wherever the keyboard is: a row that is gone has given it to nobody.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || isOfInputMethod(event)) return;
      event.preventDefault();
      setOpen(false);
      opener.current?.focus();
    };
    document.addEventListener("pointerdown", onPointerDown);
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown);
      document.removeEventListener("keydown", onKeyDown);
    };
  }, [isOpen]);
  if (current === null) return null;

  const name = current.preset?.name ?? "No preset";
  const shown = current.modified ? `${name}, modified` : name;
  const say = (attempt: Promise<string[]>) => {
    attempt.then(
      (ignored) => setNote(ignored.length === 0 ? null : { words: ignored.join("; "), isTrouble: true }),
      (error: unknown) => setNote(trouble(error)),
    );
  };
  const isWanted = isShown.bind(null, filter);
  const hasNone = !(list ?? []).some((preset) => preset.problem === undefined && isWanted(preset));
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) => {
    // To nowhere the keyboard goes for many reasons: to the system's own window for files, or from a row that is gone.
    if (relatedTarget !== null && !currentTarget.contains(relatedTarget)) setOpen(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only closes the browser that the button in it opens.
    <div ref={picker} className="wc-session-group wc-presets" onBlur={onBlur}>
      <SessionButton
        className="wc-session-spare"
        label={`Previous preset${wordsOfFilter(filter)}`}
        disabled={hasNone}
        onClick={() => say(store.step(-1, isWanted))}
      >
        <SessionIcon name="previous" />
      </SessionButton>
      <button
        ref={opener}
        type="button"
        className="wc-session-button wc-preset-name"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={browser}
        aria-label={`Presets, now ${shown}`}
        // A tooltip would cover the list.
        title={isOpen ? undefined : (note?.words ?? shown)}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="wc-preset-text">{name}</span>
        {current.modified && <span className="wc-preset-modified" />}
        <SessionIcon name="open" />
      </button>
      <SessionButton
        className="wc-session-spare"
        label={`Next preset${wordsOfFilter(filter)}`}
        disabled={hasNone}
        onClick={() => say(store.step(1, isWanted))}
      >
        <SessionIcon name="next" />
      </SessionButton>
      <div
        id={browser}
        className="wc-preset-browser"
        role="dialog"
        aria-label="Presets"
        // A click between its parts leaves it open.
        tabIndex={-1}
        hidden={!isOpen}
      >
        {isOpen && (
          <PresetBrowser
            presets={list ?? []}
            failure={failure}
            current={current.preset}
            store={store}
            filter={filter}
            onFilter={setFilter}
            note={note}
            onNote={setNote}
            onLoad={(id) => say(store.load(id))}
          />
        )}
      </div>
    </div>
  );
}
