import type { Parameter } from "@wavecraft/core";
import { useEffect, useState } from "react";

/** A value that has rested for so long is one that the user has come to, in milliseconds. */
const REST_MS = 150;

/** What screen readers say of a value: where it stands, in percent, and its text. */
export type SpokenValue = { "aria-valuenow": number; "aria-valuetext": string };

/**
 * A value as screen readers are told of it: both parts at once, when it has come to rest. A value moves first and has its text
 * from the plugin later, so it would be said twice otherwise, and all the way through a drag.
 */
export function useSpokenValue({ value, text }: Parameter): SpokenValue {
  const [spoken, setSpoken] = useState({ value, text });
  useEffect(() => {
    if (value === spoken.value && text === spoken.text) return;
    const timer = setTimeout(() => setSpoken({ value, text }), REST_MS);
    return () => clearTimeout(timer);
  }, [value, text, spoken]);
  return { "aria-valuenow": Math.round(spoken.value * 1000) / 10, "aria-valuetext": spoken.text };
}
