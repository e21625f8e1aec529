/** Where the development server is unless it was told otherwise. */
const DEVELOPMENT_URL = "ws://127.0.0.1:9000";

/** What Vite puts into `import.meta.env`, as far as it matters here. */
type ViteEnvironment = { readonly PROD?: boolean; readonly VITE_WAVECRAFT_SERVER?: string };

/** Where the page comes from, as `location` says it. */
type PageLocation = { readonly protocol: string; readonly host: string };

/**
 * The development server's address.
 *
 * `VITE_WAVECRAFT_SERVER` says it outright, when Vite serves or builds the page. Otherwise a built page belongs to the
 * server that delivers it, and a page that Vite serves to the server's usual port.
 */
export function defaultServerUrl(
  environment: ViteEnvironment | undefined = import.meta.env,
  page: PageLocation | undefined = globalThis.location,
): string {
  const told = environment?.VITE_WAVECRAFT_SERVER;
  if (told) return told;
  if (environment?.PROD !== true || page === undefined) return DEVELOPMENT_URL;
  if (page.protocol === "http:") return `ws://${page.host}/`;
  if (page.protocol === "https:") return `wss://${page.host}/`;
  return DEVELOPMENT_URL;
}
