import type { Readable } from "../store.ts";

/** Whether anybody may see the page that this runs in: not in a tab behind others, nor in a minimized window. */
export const browserVisibility: Readable<boolean> = {
  read: () => typeof document === "undefined" || document.visibilityState !== "hidden",

  subscribe(listener) {
    if (typeof document === "undefined") return () => {};
    const onChange = () => listener();
    document.addEventListener("visibilitychange", onChange);
    return () => document.removeEventListener("visibilitychange", onChange);
  },
};
