import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defaultServerConditions, mergeConfig, minifySync } from "vite";

/** The condition under which Wavecraft's packages give their TypeScript sources; tsconfig.json names it as well. */
const SOURCE = "wavecraft-source";

/** Shows what fails before the page shows anything. A plugin's window has the same script. */
const PAGE_ERROR = readFileSync(new URL("./page-error.js", import.meta.url), "utf8");
const PAGE_ERROR_FILE = "assets/page-error.js";

/** @type {() => import("vite").Plugin} */
function pageError() {
  let isBuild = false;
  return {
    name: "wavecraft-page-error",
    configResolved({ command }) {
      isBuild = command === "build";
    },
    generateBundle() {
      const { code } = minifySync(PAGE_ERROR_FILE, PAGE_ERROR);
      this.emitFile({ type: "asset", fileName: PAGE_ERROR_FILE, source: code });
    },
    transformIndexHtml(html) {
      // A file of its own in a build, whose content security policy forbids scripts in the page's text.
      const script = isBuild
        ? `<script src="./${PAGE_ERROR_FILE}"></script>`
        : `<script>${PAGE_ERROR}</script>`;
      // Ahead of the scripts that may fail, and behind the styles, so that the page has its colours at once.
      const place = html.includes("<script") ? "<script" : "</head>";
      return html.replace(place, () => `${script}\n    ${place}`);
    },
  };
}

/** The path at which the page finds the development server through Vite; `@wavecraft/core` has it as well. */
const FORWARDED_PATH = "/@wavecraft/server";

/** @type {typeof import("@wavecraft/vite").wavecraft} */
export function wavecraft(overrides = {}) {
  const server = process.env.VITE_WAVECRAFT_SERVER || "ws://127.0.0.1:9000";
  return mergeConfig(
    {
      // Relative addresses: the same build is served by the development server and by a plugin's webview.
      base: "./",
      plugins: [react(), pageError()],
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
