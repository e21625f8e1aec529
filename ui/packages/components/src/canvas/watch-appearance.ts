import type { CanvasAnimation } from "./canvas-animation.ts";
import type { CanvasPainter } from "./canvas-painter.ts";

/**
 * Gives `painter` the size of `element`, now and whenever it changes, and the colours whenever they may have changed, and has
 * `animation` draw anew; until the function that it returns is called.
 */
export function watchAppearance(
  element: Element,
  painter: CanvasPainter,
  animation: CanvasAnimation,
): () => void {
  const sizes = new ResizeObserver((entries) => {
    for (const { contentRect } of entries) {
      painter.resize(contentRect.width, contentRect.height, window.devicePixelRatio);
      animation.repaint();
    }
  });
  const onTheme = () => {
    painter.readColours();
    animation.repaint();
  };
  sizes.observe(element);
  // Pages change their colours by a class or an attribute of the root or of a part, or by the system's preference.
  const themes = new MutationObserver(onTheme);
  for (let around = element.parentElement; around !== null; around = around.parentElement) {
    themes.observe(around, { attributes: true });
  }
  const preferences = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
    window.matchMedia(query),
  );
  for (const preference of preferences) preference.addEventListener("change", onTheme);
  return () => {
    sizes.disconnect();
    themes.disconnect();
    for (const preference of preferences) preference.removeEventListener("change", onTheme);
  };
}
