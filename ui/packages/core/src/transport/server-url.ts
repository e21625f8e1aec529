/** Where the development server is unless it was told otherwise. */
const DEVELOPMENT_URL = "ws://127.0.0.1:9000";

/** The path at which Vite passes the protocol on to the development server; `@wavecraft/vite` has it as well. */
const FORWARDED_PATH = "/@wavecraft/server";

/** What Vite puts into `import.meta.env`, as far as it matters here. */
type ViteEnvironment = { readonly PROD?: boolean; readonly VITE_WAVECRAFT_SERVER?: string };

/** Where the page comes from, as `location` says it. */
type PageLocation = { readonly protocol: string; readonly host: string };

/**
 * The development server's address: the first of `serverUrls`.
 *
 * `VITE_WAVECRAFT_SERVER` says it outright, when Vite serves or builds the page. Otherwise a built page belongs to the
 * server that delivers it, and a page that Vite serves to the server's usual port.
 */
export function defaultServerUrl(
  environment: ViteEnvironment | undefined = import.meta.env,
  page: PageLocation | undefined = globalThis.location,
): string {
  return serverUrls(environment, page)[0];
}

/**
 * The addresses at which the development server may be, the likelier first.
 *
 * A page that Vite serves may be far from the development server's own address, when nothing but Vite's port is forwarded
 * or known. Vite passes the protocol on, at the address that the page itself comes from.
 */
export function serverUrls(
  environment: ViteEnvironment | undefined = import.meta.env,
  page: PageLocation | undefined = globalThis.location,
): [string, ...string[]] {
  const told = environment?.VITE_WAVECRAFT_SERVER;
  const own = page === undefined ? undefined : websocketOf(page);
  if (environment?.PROD === true) return [told || (own === undefined ? DEVELOPMENT_URL : `${own}/`)];
  const direct = told || DEVELOPMENT_URL;
  if (environment?.PROD === undefined || page === undefined || own === undefined) return [direct];
  const forwarded = own + FORWARDED_PATH;
  return isThisComputer(page.host) ? [direct, forwarded] : [forwarded, direct];
}

function websocketOf({ protocol, host }: PageLocation): string | undefined {
  if (protocol === "http:") return `ws://${host}`;
  if (protocol === "https:") return `wss://${host}`;
  return undefined;
}

/** Whether a page's host is the browser's own computer, where the development server is as well unless a port is forwarded. */
function isThisComputer(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}
