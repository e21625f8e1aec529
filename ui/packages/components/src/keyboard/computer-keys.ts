import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { wantsLetters } from "../control/text-field.ts";
import type { KeyHolders } from "./key-holders.ts";
import type { KeyLayout } from "./key-layout.ts";

/**
 * Semitones above the computer keys' C, by where the key lies and not by what is printed on it: the middle row is white, the
 * row above it black.
 */
const SEMITONES: Record<string, number> = {
  KeyA: 0,
  KeyW: 1,
  KeyS: 2,
  KeyE: 3,
  KeyD: 4,
  KeyF: 5,
  KeyT: 6,
  KeyG: 7,
  KeyY: 8,
  KeyH: 9,
  KeyU: 10,
  KeyJ: 11,
  KeyK: 12,
  KeyO: 13,
  KeyL: 14,
  KeyP: 15,
  Semicolon: 16,
};

const OCTAVE_DOWN = "KeyZ";
const OCTAVE_UP = "KeyX";
const OCTAVE = 12;
const MIDDLE_C = 60;

/** How hard every key is struck, as it cannot be told. */
const VELOCITY = 100 / 127;

/** What holds a key, for `KeyHolders`. */
const HOLDER = "computer ";

/** The Cs of a keyboard. */
function octaves({ firstNote, lastNote }: KeyLayout): number[] {
  const lowest = Math.ceil(firstNote / OCTAVE) * OCTAVE;
  const count = Math.max(0, Math.floor((lastNote - lowest) / OCTAVE) + 1);
  const found = Array.from({ length: count }, (_, index) => lowest + index * OCTAVE);
  // The last C of a keyboard that ends there has no octave above it.
  return found.length > 1 && found.at(-1) === lastNote ? found.slice(0, -1) : found;
}

/** Where the computer keys begin, on a keyboard without any C at its first key. */
function nearestOctave(layout: KeyLayout, to: number): number {
  return octaves(layout).reduce(
    (nearest, octave) => (Math.abs(octave - to) < Math.abs(nearest - to) ? octave : nearest),
    octaves(layout)[0] ?? layout.firstNote - (layout.firstNote % OCTAVE),
  );
}

/**
 * Plays by the computer's keys while the page has the keyboard: A W S E D F and so on, Z and X an octave down and up. Returns
 * the note of the A key, or null while they play nothing.
 */
export function useComputerKeys(holders: KeyHolders, layout: KeyLayout, isActive: boolean): number | null {
  const [wanted, setWanted] = useState(MIDDLE_C);
  const base = nearestOctave(layout, wanted);
  const newest = useRef({ base, layout });
  useLayoutEffect(() => {
    newest.current = { base, layout };
  });

  useEffect(() => {
    if (!isActive) return;
    const onKeyDown = (event: KeyboardEvent) => {
      // Their letting go is not told while such a key is down.
      if (event.metaKey || event.ctrlKey || event.altKey) {
        holders.releaseAll(HOLDER);
        return;
      }
      if (event.defaultPrevented || isOfInputMethod(event) || wantsLetters(event.target)) return;
      const { base, layout } = newest.current;
      const step = { [OCTAVE_DOWN]: -OCTAVE, [OCTAVE_UP]: OCTAVE }[event.code];
      const semitones = SEMITONES[event.code];
      if (step === undefined && semitones === undefined) return;
      event.preventDefault();
      if (event.repeat) return;
      if (semitones === undefined) {
        setWanted(nearestOctave(layout, base + (step ?? 0)));
        return;
      }
      const note = base + semitones;
      if (note >= layout.firstNote && note <= layout.lastNote)
        holders.press(`${HOLDER}${event.code}`, note, VELOCITY);
    };
    const onKeyUp = (event: KeyboardEvent) => holders.release(`${HOLDER}${event.code}`);
    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("keyup", onKeyUp);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("keyup", onKeyUp);
      holders.releaseAll(HOLDER);
    };
  }, [holders, isActive]);
  return isActive ? base : null;
}
