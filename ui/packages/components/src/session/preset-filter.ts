import type { PresetInfo } from "@wavecraft/core";

/** What the browser shows of all presets, and previous and next go through. */
export type PresetFilter = {
  /** Words, all of which are in what a preset says of itself. */
  search: string;
  /** Favourites alone. */
  isOfFavourites: boolean;
};

/** All presets. */
export const EVERY_PRESET: PresetFilter = { search: "", isOfFavourites: false };

/** Whether a preset is among those that are shown. */
export function isShown({ search, isOfFavourites }: PresetFilter, preset: PresetInfo): boolean {
  if (isOfFavourites && !preset.favourite) return false;
  const { name, author, tags, description } = preset;
  const text = [name, author, description, ...(tags ?? [])].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What is shown, in the words of a button: " of favourites", " of “voice”"; nothing when it is everything. */
export function wordsOfFilter({ search, isOfFavourites }: PresetFilter): string {
  const wanted = search.trim();
  if (wanted !== "") return ` of “${wanted}”`;
  return isOfFavourites ? " of your favourites" : "";
}
