import react from "@vitejs/plugin-react";
import { defaultClientConditions, defaultServerConditions, mergeConfig } from "vite";

/** The condition under which Wavecraft's packages give their TypeScript sources; tsconfig.json names it as well. */
const SOURCE = "wavecraft-source";

/** The path at which the page finds the development server through Vite; `@wavecraft/core` has it as well. */
const FORWARDED_PATH = "/@wavecraft/server";

/** @type {typeof import("@wavecraft/vite").wavecraft} */
export function wavecraft(overrides = {}) {
  const server = process.env.VITE_WAVECRAFT_SERVER || "ws://127.0.0.1:9000";
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
      server: {
        host: "127.0.0.1",
        port: 5173,
        // For pages that reach Vite alone. Host and Origin are passed on as they came: the server decides about them.
        proxy: { [FORWARDED_PATH]: { target: server.replace(/^ws/, "http"), ws: true, changeOrigin: false } },
      },
      build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    },
    overrides,
  );
}
