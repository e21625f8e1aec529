import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the same build is served by the development server and by a plugin's webview.
  base: "./",
  plugins: [react()],
  server: { host: "127.0.0.1", port: 5173 },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
