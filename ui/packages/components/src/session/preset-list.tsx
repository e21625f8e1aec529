import type { PresetBank, PresetInfo, PresetName, PresetStore } from "@wavecraft/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import type { Note } from "./note.ts";
import { PresetRow } from "./preset-row.tsx";

/** What the list takes. */
export type PresetListProps = {
  /** What it shows. */
  presets: readonly PresetInfo[];
  /** The one that was loaded or saved last. */
  current: PresetName | null;
  /** Renames, deletes, exports. */
  store: PresetStore;
  /** Has a word on what has come of it, or none. */
  onNote(note: Note | null): void;
  /** The user has chosen a preset. */
  onLoad(id: string): void;
  /** The row that had the keyboard is about to go. */
  onGone(): void;
};

const BANKS: readonly [PresetBank, string][] = [
  ["factory", "Factory"],
  ["user", "Yours"],
];

/** How far the keys go, in rows. */
const STEPS: Partial<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/**
 * Presets by bank. Up and Down, Home and End go from row to row; only one of the rows is on the way of the Tab key, that
 * which had the keyboard last.
 */
export function PresetList({ presets, current, store, onNote, onLoad, onGone }: PresetListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [visited, setVisited] = useState(current?.id);
  const [opened, setOpened] = useState<string | null>(null);
  const isThere = (id: string | undefined) => presets.some((preset) => preset.id === id);
  const reached = [visited, current?.id].find(isThere) ?? presets[0]?.id;

  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }, []);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = STEPS[event.key];
    const isTyping = event.target instanceof HTMLInputElement;
    if (step === undefined || isTyping || isOfInputMethod(event) || list.current === null) return;
    event.preventDefault();
    const rows = [...list.current.querySelectorAll<HTMLElement>(".wc-preset")];
    const from = rows.findIndex((row) => row.closest("li")?.contains(event.target as Node));
    rows[Math.min(Math.max(from + step, 0), rows.length - 1)]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys come from the buttons in it.
    <div ref={list} onKeyDown={onKeyDown}>
      {BANKS.map(([bank, title]) => {
        const ofBank = presets.filter((preset) => preset.bank === bank);
        return (
          ofBank.length > 0 && (
            <section key={bank} aria-label={`${title} presets`}>
              <h2 className="wc-preset-bank">{title}</h2>
              <ul className="wc-preset-list">
                {ofBank.map((preset) => (
                  <PresetRow
                    key={preset.id}
                    preset={preset}
                    isCurrent={preset.id === current?.id}
                    isReached={preset.id === reached}
                    isOpen={preset.id === opened}
                    store={store}
                    onVisit={() => setVisited(preset.id)}
                    onOpen={(isOpen) => setOpened(isOpen ? preset.id : null)}
                    onNote={onNote}
                    onLoad={() => onLoad(preset.id)}
                    onGone={onGone}
                  />
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}
