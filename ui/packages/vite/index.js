import react from "@vitejs/plugin-react";
import { defaultClientConditions, defaultServerConditions, mergeConfig } from "vite";

/** The condition under which Wavecraft's packages give their TypeScript sources; tsconfig.json names it as well. */
const SOURCE = "wavecraft-source";

/** @type {typeof import("@wavecraft/vite").wavecraft} */
export function wavecraft(overrides = {}) {
  return mergeConfig(
    {
      // Relative addresses: the same build is served by the development server and by a plugin's webview.
      base: "./",
      plugins: [react()],
      resolve: {
        conditions: [SOURCE, ...defaultClientConditions],
        // A package that brought its own React would find no context and no hooks of the page's.
        dedupe: ["react", "react-dom"],
      },
      ssr: { resolve: { conditions: [SOURCE, ...defaultServerConditions] } },
      optimizeDeps: {
        // Sources are not bundled before they are served; what they import has to be named then.
        exclude: ["@wavecraft/core", "@wavecraft/components"],
        include: ["react", "react/jsx-runtime", "react/jsx-dev-runtime", "react-dom", "react-dom/client"],
      },
      // The development server asks for a port of its choice on the command line, which goes before this one.
      server: { host: "127.0.0.1", port: 5173 },
      build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    },
    overrides,
  );
}
