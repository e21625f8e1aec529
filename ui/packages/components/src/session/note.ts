import { wordsOf } from "./refusal.ts";

/** What the last attempt has come to, if it is worth a word. */
export type Note = { words: string; isTrouble: boolean };

/** Something that the user wanted to know. */
export function news(words: string): Note {
  return { words, isTrouble: false };
}

/** Something that did not work. */
export function trouble(error: unknown): Note {
  return { words: wordsOf(error), isTrouble: true };
}
