import type { BarPainter } from "./bar-painter.ts";
import type { MeterAnimation } from "./meter-animation.ts";

/**
 * Gives `painter` the size of `element`, now and whenever it changes, and the colours whenever they may have changed, and has
 * `animation` draw anew; until the function that it returns is called.
 */
export function watchAppearance(
  element: Element,
  painter: BarPainter,
  animation: MeterAnimation,
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
  // Pages change their theme by a class or an attribute of the root, or by the system's preference.
  const themes = new MutationObserver(onTheme);
  themes.observe(document.documentElement, { attributes: true });
  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", onTheme);
  return () => {
    sizes.disconnect();
    themes.disconnect();
    preference.removeEventListener("change", onTheme);
  };
}
