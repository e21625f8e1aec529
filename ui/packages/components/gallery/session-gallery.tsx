import {
  type ConnectionStatus,
  type CurrentPreset,
  type HistoryState,
  type PluginInfo,
  type PresetInfo,
  Store,
  type Transport,
  WavecraftClient,
} from "@wavecraft/core";
import { usePresets, WavecraftProvider } from "@wavecraft/core/react";
import { useEffect, useRef, useState } from "react";
import { SessionBar } from "../src/index.ts";
import type { Note } from "../src/session/note.ts";
import { PresetBrowser } from "../src/session/preset-browser.tsx";
import { EVERY_PRESET, type PresetFilter } from "../src/session/preset-filter.ts";
import { Section, Specimen } from "./specimen.tsx";

const PRESETS: PresetInfo[] = [
  {
    id: "factory/pad",
    name: "Slow Pad",
    bank: "factory",
    author: "Acme",
    tags: ["pad", "ambient"],
    description: "Hardly moves.",
    favourite: true,
  },
  { id: "factory/lead", name: "Bright Lead", bank: "factory", tags: ["lead"], favourite: false },
  { id: "user/broken", name: "broken", bank: "user", favourite: false, problem: "line 3 is no value" },
  { id: "user/Mine", name: "Mine", bank: "user", tags: ["bass"], favourite: false },
];

const INFO: PluginInfo = {
  name: "Gallery",
  vendor: "Wavecraft",
  version: "1.0.0",
  protocol: 1,
  host: "devServer",
  meters: [],
  signals: [],
  midi_input: false,
  host_menu: false,
  controllers: false,
};

/** What a plugin of the gallery's own answers; what is not in it is refused. */
type Answers = Record<string, unknown>;

function answers(history: HistoryState, current: CurrentPreset): Answers {
  return {
    getInfo: INFO,
    getHistory: history,
    getSlots: { selected: "a" },
    getPreset: current,
    listPresets: { presets: PRESETS },
  };
}

const FRESH = answers({ can_undo: false, can_redo: false }, { preset: null, modified: false });
const MODIFIED = answers(
  { can_undo: true, can_redo: true, undo_label: "Drive 12.0 dB", redo_label: "Mix 50 %" },
  { preset: { id: "user/Mine", name: "Mine", bank: "user" }, modified: true },
);

/** Answers at once, and forgets. */
class AnsweringTransport implements Transport {
  readonly status = new Store<ConnectionStatus>("connecting");
  readonly #answers: Answers;
  readonly #listeners = new Set<(text: string) => void>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  start(): void {
    this.status.set("connected");
  }

  close(): void {
    this.status.set("disconnected");
  }

  send(text: string): boolean {
    const { id, method } = JSON.parse(text) as { id?: number; method: string };
    const result = this.#answers[method];
    const error = {
      code: -32003,
      message: "The folder of your presets cannot be written: no space is left.",
    };
    const reply = result === undefined ? { error } : { result };
    if (id !== undefined) {
      queueMicrotask(() => {
        for (const listener of this.#listeners) listener(JSON.stringify({ jsonrpc: "2.0", id, ...reply }));
      });
    }
    return true;
  }

  onMessage(listener: (text: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The bar of undo, slots and presets, and its browser as a musician comes upon it. */
export function SessionGallery() {
  return (
    <Section title="Session bar">
      <Specimen note="nothing done yet">
        <Bar answers={FRESH} />
      </Specimen>
      <Specimen note="a modified preset, with steps in both directions">
        <Bar answers={MODIFIED} />
      </Specimen>
      <Specimen note="browser">
        <Browser />
      </Specimen>
      <Specimen note="a question">
        <Browser press={["More on Mine", "Delete…"]} />
      </Specimen>
      <Specimen note="an error">
        <Browser press={["Save"]} />
      </Specimen>
    </Section>
  );
}

function Bar({ answers }: { answers: Answers }) {
  const [client] = useState(() => new WavecraftClient({ transport: new AnsweringTransport(answers) }));
  return (
    <WavecraftProvider client={client}>
      <SessionBar />
    </WavecraftProvider>
  );
}

/** What opens below the preset's name, on which these buttons were pressed, one after the other. */
function Browser({ press = [] }: { press?: string[] }) {
  const [client] = useState(() => new WavecraftClient({ transport: new AnsweringTransport(MODIFIED) }));
  return (
    <WavecraftProvider client={client}>
      <PressedBrowser press={press} />
    </WavecraftProvider>
  );
}

function PressedBrowser({ press }: { press: string[] }) {
  const { current, list, failure, store } = usePresets();
  const [filter, setFilter] = useState<PresetFilter>(EVERY_PRESET);
  const [note, setNote] = useState<Note | null>(null);
  const [pressed, setPressed] = useState(0);
  const browser = useRef<HTMLDivElement>(null);
  const isThere = list !== null;
  useEffect(() => {
    const name = press[pressed];
    if (name === undefined || !isThere) return;
    const buttons = [...(browser.current?.querySelectorAll("button") ?? [])];
    buttons.find((button) => (button.ariaLabel ?? button.textContent)?.startsWith(name))?.click();
    setPressed(pressed + 1);
  }, [press, pressed, isThere]);
  return (
    <div ref={browser} className="wc-preset-browser session-specimen">
      <PresetBrowser
        presets={list ?? []}
        failure={failure}
        current={current?.preset ?? null}
        store={store}
        filter={filter}
        onFilter={setFilter}
        note={note}
        onNote={setNote}
        onLoad={(id) => void store.load(id)}
      />
    </div>
  );
}
