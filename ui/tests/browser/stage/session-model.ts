/** What the parameters that a musician turns here read. */
export type Values = Record<string, string>;

/** A preset as it was when it was loaded or saved. */
export type Preset = { name: string; given: Values };

type Step = { label: string; before: Values; after: Values; presets?: [Preset | null, Preset | null] };

type Slot = { values: Values; preset: Preset | null; steps: Step[]; done: number };

/** What a page is to show. */
export type Shown = {
  values: Values;
  slot: string;
  preset: string;
  undo: string | null;
  redo: string | null;
};

/** What a musician has done, and so what every page is to show: two slots with a history and a preset each. */
export class SessionModel {
  #slots: [Slot, Slot];
  #selected: 0 | 1 = 0;

  constructor(values: Values) {
    this.#slots = [empty(values), empty(values)];
  }

  /** What a page is to show. */
  get shown(): Shown {
    const { values, preset, steps, done } = this.#slot;
    const isModified = preset !== null && !isSame(preset.given, values);
    return {
      values,
      slot: "AB"[this.#selected] as string,
      preset: `${preset?.name ?? "No preset"}${isModified ? ", modified" : ""}`,
      undo: steps[done - 1]?.label ?? null,
      redo: steps[done]?.label ?? null,
    };
  }

  /** A parameter was given a value, which reads so. */
  set(parameter: string, text: string): void {
    const slot = this.#slot;
    push(slot, {
      label: `${parameter} ${text}`,
      before: slot.values,
      after: { ...slot.values, [parameter]: text },
    });
  }

  /** A preset was loaded, which gives these values. */
  load(preset: Preset): void {
    const { values, preset: before } = this.#slot;
    const step = { label: `Preset ${preset.name}`, before: values, after: preset.given };
    push(this.#slot, isSame(before, preset) ? step : { ...step, presets: [before, preset] });
  }

  /** The values were saved under a name. */
  save(name: string): Preset {
    const preset = { name, given: this.#slot.values };
    this.#slot.preset = preset;
    return preset;
  }

  /** A preset has another name. */
  rename(from: string, to: string): void {
    for (const slot of this.#slots) {
      if (slot.preset?.name === from) slot.preset = { ...slot.preset, name: to };
    }
  }

  undo(): void {
    const slot = this.#slot;
    const step = slot.steps[slot.done - 1];
    if (step === undefined) return;
    slot.done -= 1;
    slot.values = step.before;
    if (step.presets !== undefined) slot.preset = step.presets[0];
  }

  redo(): void {
    const slot = this.#slot;
    const step = slot.steps[slot.done];
    if (step === undefined) return;
    slot.done += 1;
    slot.values = step.after;
    if (step.presets !== undefined) slot.preset = step.presets[1];
  }

  select(slot: "A" | "B"): void {
    this.#selected = slot === "A" ? 0 : 1;
  }

  /** The slot that is not heard has what the other has. */
  copy(): void {
    const [from, to] = this.#selected === 0 ? this.#slots : [this.#slots[1], this.#slots[0]];
    const label = this.#selected === 0 ? "Copy A to B" : "Copy B to A";
    const step = { label, before: to.values, after: from.values };
    push(to, isSame(to.preset, from.preset) ? step : { ...step, presets: [to.preset, from.preset] });
  }

  get #slot(): Slot {
    return this.#slots[this.#selected];
  }
}

function empty(values: Values): Slot {
  return { values, preset: null, steps: [], done: 0 };
}

function push(slot: Slot, step: Step): void {
  slot.values = step.after;
  if (step.presets !== undefined) slot.preset = step.presets[1];
  if (isSame(step.before, step.after) && step.presets === undefined) return;
  slot.steps.splice(slot.done);
  slot.steps.push(step);
  slot.done = slot.steps.length;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
