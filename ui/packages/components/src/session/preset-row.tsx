import type { PresetInfo, PresetStore } from "@wavecraft/core";
import { useId } from "react";
import { type Note, trouble } from "./note.ts";
import { PresetActions } from "./preset-actions.tsx";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";

/** What a row takes. */
export type PresetRowProps = {
  /** The preset in it. */
  preset: PresetInfo;
  /** Whether it was loaded or saved last. */
  isCurrent: boolean;
  /** Whether the Tab key comes to it. */
  isReached: boolean;
  /** Whether it shows what can be done with the preset. */
  isOpen: boolean;
  /** Renames, deletes, exports. */
  store: PresetStore;
  /** The keyboard has come to it. */
  onVisit(): void;
  /** Is to show what can be done, or no longer. */
  onOpen(isOpen: boolean): void;
  /** Has a word on what has come of it, or none. */
  onNote(note: Note | null): void;
  /** The user has chosen it. */
  onLoad(): void;
  /** The row is about to go. */
  onGone(): void;
};

/** A preset in the list: a star, the name that loads it, and a button behind which the rest is. */
export function PresetRow(props: PresetRowProps) {
  const { preset, isCurrent, isReached, isOpen, store, onVisit, onOpen, onNote, onLoad, onGone } = props;
  const { id, name, favourite, problem, description } = preset;
  const actions = useId();
  const tabIndex = isReached ? 0 : -1;
  const load = () => {
    if (problem === undefined) onLoad();
    else onNote({ words: `${name} cannot be read: ${problem}`, isTrouble: true });
  };
  const like = () => {
    store.setFavourite(id, !favourite).then(
      () => onNote(null),
      (error: unknown) => onNote(trouble(error)),
    );
  };
  return (
    <li onFocus={onVisit}>
      <div className="wc-preset-row">
        <SessionButton
          label={`Favourite: ${name}`}
          className="wc-preset-star"
          tabIndex={tabIndex}
          aria-pressed={favourite}
          onClick={like}
        >
          <SessionIcon name="favourite" />
        </SessionButton>
        <button
          type="button"
          className="wc-preset"
          tabIndex={tabIndex}
          aria-current={isCurrent}
          aria-disabled={problem !== undefined}
          title={problem ?? description}
          onClick={load}
        >
          <span className="wc-preset-text">{name}</span>
          <span className="wc-preset-about">
            {problem === undefined ? (preset.tags ?? []).join(", ") : "cannot be read"}
          </span>
        </button>
        <SessionButton
          label={`More on ${name}`}
          tabIndex={tabIndex}
          aria-expanded={isOpen}
          aria-controls={actions}
          onClick={() => onOpen(!isOpen)}
        >
          <SessionIcon name="more" />
        </SessionButton>
      </div>
      <div id={actions} className="wc-preset-more" hidden={!isOpen}>
        {isOpen && (
          <PresetActions
            preset={preset}
            store={store}
            onNote={onNote}
            onDone={() => onOpen(false)}
            onGone={onGone}
          />
        )}
      </div>
    </li>
  );
}
