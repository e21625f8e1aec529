import type { UserConfig } from "vite";

/**
 * Vite's settings for the page of a Wavecraft plugin, for its `vite.config.ts`:
 *
 * ```ts
 * import { wavecraft } from "@wavecraft/vite";
 *
 * export default wavecraft();
 * ```
 *
 * A build has relative addresses, so that both a plugin's webview and the development server can deliver it, and one
 * React. Wavecraft's own packages are read as the TypeScript sources that they hold, so nothing has to be built before.
 *
 * `overrides` are merged into the settings as Vite's `mergeConfig` does it.
 */
export function wavecraft(overrides?: UserConfig): UserConfig;
