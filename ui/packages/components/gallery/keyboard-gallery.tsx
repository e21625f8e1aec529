import { useState } from "react";
import { PianoKeys, type PianoKeysProps } from "../src/index.ts";
import { Section, Specimen } from "./specimen.tsx";

/** Keyboards that play nothing. */
export function KeyboardGallery() {
  return (
    <Section title="Keyboard">
      <Specimen note="by mouse, touch and the computer's keys; plays nothing here" wide>
        <LocalKeys label="Two octaves" />
      </Specimen>
      <Specimen note="a chord is held" wide>
        <LocalKeys label="A chord" initial={[48, 52, 55, 58]} computerKeys={false} />
      </Specimen>
      <Specimen note="61 keys" wide>
        <LocalKeys label="61 keys" firstNote={36} lastNote={96} initial={[60, 66]} computerKeys={false} />
      </Specimen>
      <Specimen note="disabled" wide>
        <LocalKeys label="Disabled" disabled />
      </Specimen>
    </Section>
  );
}

function LocalKeys({
  initial = [],
  ...rest
}: Omit<PianoKeysProps, "held" | "onNoteOn" | "onNoteOff"> & { initial?: readonly number[] }) {
  const [held, setHeld] = useState<ReadonlySet<number>>(new Set(initial));
  const change = (note: number, isHeld: boolean) =>
    setHeld((before) => new Set(isHeld ? [...before, note] : [...before].filter((each) => each !== note)));
  return (
    <PianoKeys
      {...rest}
      held={held}
      onNoteOn={(note) => change(note, true)}
      onNoteOff={(note) => change(note, false)}
    />
  );
}
