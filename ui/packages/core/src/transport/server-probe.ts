/** Whether any server answers at a WebSocket's address. */
export type ServerProbe = (url: string) => Promise<boolean>;

/** No request is left hanging for longer, in milliseconds. */
const LONGEST_PROBE_MS = 4_000;

/** Asks over HTTP, of which nothing but that there is an answer is looked at. Without `fetch` nobody knows: yes. */
export const httpProbe: ServerProbe = async (url) => {
  if (typeof fetch !== "function") return true;
  try {
    await fetch(url.replace(/^ws/i, "http"), {
      method: "HEAD",
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(LONGEST_PROBE_MS),
    });
    return true;
  } catch {
    return false;
  }
};
