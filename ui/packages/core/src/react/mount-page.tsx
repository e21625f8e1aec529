import { type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { WavecraftClient } from "../client.ts";
import { PageErrorBoundary } from "./page-error-boundary.tsx";
import { guardPage } from "./page-guard.ts";
import { WavecraftProvider } from "./wavecraft-provider.tsx";

/** What may be another than usual. */
export type MountPageOptions = {
  /** Where the page goes: the element with the id "root" unless told otherwise. */
  root?: Element;
  /** The connection to the plugin: one that chooses its transport by itself unless told otherwise. */
  client?: WavecraftClient;
  /**
   * A font to wait for, as CSS writes it: `1rem "Archivo"`. Text that is set anew when its typeface arrives would move
   * what stands beside it. After a second the page goes on without.
   */
  font?: string;
};

/** The page waits this long for its font at most, in milliseconds. */
const FONT_LIMIT_MS = 1_000;

/** React's root and the client of each element that a page was mounted in. */
const mounted = new WeakMap<Element, { root: Root; client: WavecraftClient }>();

/**
 * Shows a plugin's page in the window and connects it to the plugin. What a component throws while it renders is shown
 * in place of the page. A second call for the same element replaces the page. From then on neither what is dropped on
 * the page nor a mouse's button for back takes it away.
 *
 * Returns a function that takes the page away again.
 */
export function mountPage(page: ReactNode, options: MountPageOptions = {}): () => void {
  const element = options.root ?? document.getElementById("root");
  if (element === null) {
    throw new Error(
      'The document has no element with the id "root": add <div id="root"></div> to index.html',
    );
  }
  const { root, client } = mounted.get(element) ?? {
    root: createRoot(element),
    client: options.client ?? new WavecraftClient(),
  };
  mounted.set(element, { root, client });
  guardPage();

  let isWanted = true;
  const render = () => {
    if (!isWanted) return;
    root.render(
      <StrictMode>
        <PageErrorBoundary>
          <WavecraftProvider client={client}>{page}</WavecraftProvider>
        </PageErrorBoundary>
      </StrictMode>,
    );
  };
  if (options.font === undefined) render();
  else void fontOrLimit(options.font).then(render);
  return () => {
    if (!isWanted) return;
    isWanted = false;
    mounted.delete(element);
    root.unmount();
  };
}

async function fontOrLimit(font: string): Promise<void> {
  const limit = new Promise((resolve) => setTimeout(resolve, FONT_LIMIT_MS));
  // A font that cannot be loaded is none to wait for.
  await Promise.race([document.fonts.load(font).catch(() => []), limit]);
}
