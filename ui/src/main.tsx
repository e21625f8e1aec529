import { WavecraftClient } from "@wavecraft/core";
import { WavecraftProvider } from "@wavecraft/core/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import "@wavecraft/components/style.css";
import "./style/index.css";

/** The page waits this long for its typeface at most, in milliseconds; then it goes on with another. */
const TYPEFACE_LIMIT_MS = 1_000;

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no element #root");

// Text that is set anew when the typeface arrives would move what stands beside it.
await Promise.race([
  document.fonts.load('1rem "Archivo"').catch(() => []),
  new Promise((resolve) => setTimeout(resolve, TYPEFACE_LIMIT_MS)),
]);

createRoot(root).render(
  <StrictMode>
    <WavecraftProvider client={new WavecraftClient()}>
      <App />
    </WavecraftProvider>
  </StrictMode>,
);
