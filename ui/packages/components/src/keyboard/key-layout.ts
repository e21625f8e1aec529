/** A key and its place, in parts of the keyboard's width. */
export type PianoKey = {
  note: number;
  isBlack: boolean;
  /** The left edge. */
  x: number;
  width: number;
};

/** The keys from one white key to another, in the order of their notes. */
export type KeyLayout = {
  firstNote: number;
  lastNote: number;
  keys: readonly PianoKey[];
};

/** How far black keys reach down, in parts of the keyboard's height. */
export const BLACK_KEY_HEIGHT = 0.62;

/** The width of a black key, in white ones. */
const BLACK_KEY_WIDTH = 0.6;

/** The note that is struck the softest: at the upper edge of a key. */
const SOFTEST_VELOCITY = 0.2;

const LAST_NOTE_OF_MIDI = 127;

const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/**
 * Where black keys lie on a piano, as the distance of their middle from the gap between their white neighbours, in white
 * keys: the three of F to B lie further apart than the two of C to E.
 */
const BLACK_KEY_OFFSETS: Record<number, number> = { 1: -0.1, 3: 0.1, 6: -0.14, 8: 0, 10: 0.14 };

/** The name of a note: C4 for middle C. */
export function noteName(note: number): string {
  return `${NAMES[note % 12]}${octave(note)}`;
}

/** The same for whoever listens to it. */
export function spokenNoteName(note: number): string {
  return `${NAMES[note % 12]?.replace("♯", " sharp")} ${octave(note)}`;
}

function octave(note: number): number {
  return Math.floor(note / 12) - 1;
}

function isBlack(note: number): boolean {
  return note % 12 in BLACK_KEY_OFFSETS;
}

/** The keys of a keyboard that has these two, and whole white keys at both ends. */
export function keyLayout(oneEnd: number, otherEnd: number): KeyLayout {
  let firstNote = clampedNote(Math.min(oneEnd, otherEnd));
  let lastNote = clampedNote(Math.max(oneEnd, otherEnd));
  // The lowest and the highest note of MIDI are white.
  if (isBlack(firstNote)) firstNote -= 1;
  if (isBlack(lastNote)) lastNote += 1;
  const notes = Array.from({ length: lastNote - firstNote + 1 }, (_, index) => firstNote + index);
  const whiteWidth = 1 / notes.filter((note) => !isBlack(note)).length;
  let whites = 0;
  const keys = notes.map((note): PianoKey => {
    const offset = BLACK_KEY_OFFSETS[note % 12];
    if (offset === undefined) {
      whites += 1;
      return { note, isBlack: false, x: (whites - 1) * whiteWidth, width: whiteWidth };
    }
    const x = (whites + offset - BLACK_KEY_WIDTH / 2) * whiteWidth;
    return { note, isBlack: true, x, width: BLACK_KEY_WIDTH * whiteWidth };
  });
  return { firstNote, lastNote, keys };
}

function clampedNote(note: number): number {
  return Math.min(LAST_NOTE_OF_MIDI, Math.max(0, Math.round(note)));
}

/** A key that is struck. */
export type Strike = { note: number; velocity: number };

/**
 * The key at a place, in parts of the keyboard's width and height, and how hard it is struck there: harder further down.
 * Nothing beside the keyboard.
 */
export function strikeAt({ keys }: KeyLayout, x: number, y: number): Strike | null {
  if (!(x >= 0 && x < 1 && y >= 0 && y <= 1)) return null;
  const isAt = (key: PianoKey) => x >= key.x && x < key.x + key.width;
  const black = y < BLACK_KEY_HEIGHT ? keys.find((key) => key.isBlack && isAt(key)) : undefined;
  const whites = keys.filter((key) => !key.isBlack);
  const key = black ?? whites[Math.min(whites.length - 1, Math.floor(x * whites.length))];
  if (key === undefined) return null;
  const depth = key.isBlack ? y / BLACK_KEY_HEIGHT : y;
  return { note: key.note, velocity: SOFTEST_VELOCITY + (1 - SOFTEST_VELOCITY) * Math.min(1, depth) };
}
