import type { PresetBank, PresetInfo, PresetName, PresetStore } from "@wavecraft/core";
import { useState } from "react";
import { wordsOf } from "./refusal.ts";
import { SavePreset } from "./save-preset.tsx";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";

/** What the browser takes. */
export type PresetBrowserProps = {
  /** All presets. */
  presets: readonly PresetInfo[];
  /** The one that was loaded or saved last. */
  current: PresetName | null;
  /** Saves and deletes. */
  store: PresetStore;
  /** What the last attempt has come to, if it is worth a word. */
  message: string;
  /** Has another such word, or none. */
  onMessage(words: string): void;
  /** The user has chosen a preset. */
  onLoad(id: string): void;
};

const BANKS: readonly [PresetBank, string][] = [
  ["factory", "Factory"],
  ["user", "Yours"],
];

/** All presets by bank, what finds one among them, and what saves another. */
export function PresetBrowser({ presets, current, store, message, onMessage, onLoad }: PresetBrowserProps) {
  const [search, setSearch] = useState("");
  const [doomed, setDoomed] = useState<string | null>(null);
  const found = presets.filter((preset) => matches(preset, search));
  const remove = (id: string) => {
    setDoomed(null);
    store.remove(id).then(
      () => onMessage(""),
      (error: unknown) => onMessage(wordsOf(error)),
    );
  };
  return (
    <>
      <input
        className="wc-session-field"
        type="search"
        placeholder="Search"
        aria-label="Search presets"
        value={search}
        // biome-ignore lint/a11y/noAutofocus: the user has just opened what this is the first part of.
        autoFocus
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <div className="wc-preset-banks">
        {BANKS.map(([bank, title]) => {
          const ofBank = found.filter((preset) => preset.bank === bank);
          return (
            ofBank.length > 0 && (
              <section key={bank} aria-label={`${title} presets`}>
                <h2 className="wc-preset-bank">{title}</h2>
                <ul className="wc-preset-list">
                  {ofBank.map((preset) => (
                    <li key={preset.id}>
                      <button
                        type="button"
                        className="wc-preset"
                        aria-current={preset.id === current?.id}
                        disabled={preset.problem !== undefined}
                        title={preset.problem ?? preset.description}
                        onClick={() => onLoad(preset.id)}
                      >
                        <span>{preset.name}</span>
                        <span className="wc-preset-about">
                          {preset.problem === undefined ? (preset.tags ?? []).join(", ") : "cannot be read"}
                        </span>
                      </button>
                      {bank === "user" &&
                        (doomed === preset.id ? (
                          <button
                            type="button"
                            className="wc-session-button wc-preset-delete"
                            onClick={() => remove(preset.id)}
                            onBlur={() => setDoomed(null)}
                          >
                            Delete
                          </button>
                        ) : (
                          <SessionButton
                            label={`Delete ${preset.name}…`}
                            onClick={() => setDoomed(preset.id)}
                          >
                            <SessionIcon name="remove" />
                          </SessionButton>
                        ))}
                    </li>
                  ))}
                </ul>
              </section>
            )
          );
        })}
        {found.length === 0 && (
          <p className="wc-preset-none">
            {presets.length === 0 ? "There are no presets yet." : `No preset has “${search}”.`}
          </p>
        )}
      </div>
      <SavePreset store={store} suggestion={current?.name ?? ""} onMessage={onMessage} />
      <p className="wc-preset-message" role="status">
        {message}
      </p>
    </>
  );
}

/** Whether every word of a search is in what a preset says of itself. */
function matches({ name, author, tags, description }: PresetInfo, search: string): boolean {
  const text = [name, author, description, ...(tags ?? [])].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
