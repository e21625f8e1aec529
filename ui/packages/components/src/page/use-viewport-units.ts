import { useLayoutEffect } from "react";

/** What a font size in viewport units has to be divided by, for style sheets: 1 unless a webview gets it wrong. */
const PROPERTY = "--wc-viewport-unit-scale";

/** How wide the probe's font is, in `vw`. */
const PROBE_VW = 10;

/**
 * Keeps `--wc-vw` and `--wc-vh` what they say on the page that calls it: 1 % of the window's width and height, in font sizes too.
 * WebKitGTK, as of 2.50, zooms a font size in viewport units twice when its page is zoomed, as it is in a host with a scale of
 * its own; everything in rem would be that much too large. So an unseen font of such a size is compared with the window.
 */
export function useViewportUnits(): void {
  useLayoutEffect(() => {
    const root = document.documentElement;
    const probe = document.createElement("div");
    probe.ariaHidden = "true";
    // As wide as its font is large, so that its observer knows of each change.
    const style = { position: "fixed", visibility: "hidden", fontSize: `${PROBE_VW}vw`, inlineSize: "1em" };
    Object.assign(probe.style, style, { insetBlockStart: "0", insetInlineStart: "0", blockSize: "0" });
    const measure = () => {
      const scale = unitScale(getComputedStyle(probe).fontSize, window.innerWidth);
      if (scale === 1) root.style.removeProperty(PROPERTY);
      else root.style.setProperty(PROPERTY, String(scale));
    };
    document.body.append(probe);
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(probe);
    window.addEventListener("resize", measure);
    return () => {
      window.removeEventListener("resize", measure);
      sizes.disconnect();
      probe.remove();
      root.style.removeProperty(PROPERTY);
    };
  }, []);
}

/** How much too large a font of 10 vw is, as a browser computes it, in a window so wide: 1 where it is right. */
export function unitScale(fontSize: string, windowWidth: number): number {
  const scale = (100 * Number.parseFloat(fontSize)) / (PROBE_VW * windowWidth);
  // Windows are whole pixels wide, and where a scroll bar takes its room, that is no zoom.
  const isZoom = fontSize.endsWith("px") && Number.isFinite(scale) && Math.abs(scale - 1) > 0.05;
  return isZoom ? Math.round(100 * scale) / 100 : 1;
}
