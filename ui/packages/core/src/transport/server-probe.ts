/** Whether any server answers at a WebSocket's address. */
export type ServerProbe = (url: string) => Promise<boolean>;

/** No request is left hanging for longer, in milliseconds. */
const LONGEST_PROBE_MS = 4_000;

/**
 * Asks over HTTP, of which nothing but that there is an answer is looked at, and that it is no word of a proxy that has
 * reached nobody (5xx). Without `fetch` nobody knows: yes.
 */
export const httpProbe: ServerProbe = async (url) => {
  if (typeof fetch !== "function") return true;
  try {
    const { status } = await fetch(url.replace(/^ws/i, "http"), {
      method: "HEAD",
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(LONGEST_PROBE_MS),
    });
    // A foreign server's answer does not show its status, which is 0 then.
    return status < 500;
  } catch {
    return false;
  }
};
