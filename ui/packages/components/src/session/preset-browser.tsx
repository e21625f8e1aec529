import type { PresetInfo, PresetName, PresetStore } from "@wavecraft/core";
import { type KeyboardEvent, useRef } from "react";
import { Failure } from "../notice/failure.tsx";
import { ImportPreset } from "./import-preset.tsx";
import type { Note } from "./note.ts";
import { isShown, type PresetFilter } from "./preset-filter.ts";
import { PresetList } from "./preset-list.tsx";
import { SavePreset } from "./save-preset.tsx";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";

/** What the browser takes. */
export type PresetBrowserProps = {
  /** All presets. */
  presets: readonly PresetInfo[];
  /** Why they could not be had, if they could not. */
  failure: Error | null;
  /** The one that was loaded or saved last. */
  current: PresetName | null;
  /** Saves, renames, deletes. */
  store: PresetStore;
  /** Which of them are shown. */
  filter: PresetFilter;
  /** Shows others. */
  onFilter(filter: PresetFilter): void;
  /** What the last attempt has come to. */
  note: Note | null;
  /** Has another such word, or none. */
  onNote(note: Note | null): void;
  /** The user has chosen a preset. */
  onLoad(id: string): void;
};

/** All presets by bank, what finds one among them, what is done with one, and what saves and imports another. */
export function PresetBrowser(props: PresetBrowserProps) {
  const { presets, failure, current, store, filter, onFilter, note, onNote, onLoad } = props;
  const search = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const shown = presets.filter((preset) => isShown(filter, preset));
  const toSearch = () => search.current?.focus();
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>(".wc-preset")?.focus();
  };
  return (
    <>
      <div className="wc-preset-line">
        <input
          ref={search}
          className="wc-session-field"
          type="search"
          placeholder="Search"
          aria-label="Search presets"
          autoComplete="off"
          spellCheck={false}
          value={filter.search}
          // biome-ignore lint/a11y/noAutofocus: the user has just opened what this is the first part of.
          autoFocus
          onChange={(event) => onFilter({ ...filter, search: event.currentTarget.value })}
          onKeyDown={onSearchKey}
        />
        <SessionButton
          label="Favourites only"
          className="wc-preset-star"
          aria-pressed={filter.isOfFavourites}
          onClick={() => onFilter({ ...filter, isOfFavourites: !filter.isOfFavourites })}
        >
          <SessionIcon name="favourite" />
        </SessionButton>
      </div>
      <div ref={list} className="wc-preset-banks">
        <PresetList
          presets={shown}
          current={current}
          store={store}
          onNote={onNote}
          onLoad={onLoad}
          onGone={toSearch}
        />
        {failure !== null && (
          <Failure words="The presets could not be loaded" error={failure} onRetry={store.retry} />
        )}
        {shown.length === 0 && failure === null && (
          <p className="wc-preset-none">{wordsOfNothing(presets, filter)}</p>
        )}
      </div>
      <SavePreset store={store} suggestion={current?.name ?? ""} onNote={onNote} />
      <ImportPreset store={store} onNote={onNote} />
      <p className="wc-preset-note" role="status" data-trouble={note?.isTrouble ?? false}>
        {note?.words}
      </p>
    </>
  );
}

function wordsOfNothing(presets: readonly PresetInfo[], { search, isOfFavourites }: PresetFilter): string {
  if (presets.length === 0) return "There are no presets yet.";
  if (search.trim() === "") return "A star beside a preset makes it a favourite.";
  return isOfFavourites ? `No favourite has “${search}”.` : `No preset has “${search}”.`;
}
