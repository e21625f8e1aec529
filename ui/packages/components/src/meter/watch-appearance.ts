/**
 * Calls `onResize` with the size of `element` in logical pixels, now and whenever it changes, and `onTheme` whenever
 * colours may have changed; until the function that it returns is called.
 */
export function watchAppearance(
  element: Element,
  onResize: (widthPx: number, heightPx: number) => void,
  onTheme: () => void,
): () => void {
  const sizes = new ResizeObserver((entries) => {
    for (const { contentRect } of entries) {
      onResize(contentRect.width, contentRect.height);
    }
  });
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
