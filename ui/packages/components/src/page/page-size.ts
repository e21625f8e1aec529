import { usePluginInfo, useRequestResize } from "@wavecraft/core/react";
import { useEffect, useState } from "react";
import type { MenuItem } from "../menu/menu.tsx";
import type { SizeLimits, WindowSize } from "../window/window-size.ts";

/** What is known of a page's sizes, in logical pixels. */
export type PageSizes = {
  /** The size of the window at 100 %. */
  usualSize: WindowSize;
  /** How small and large the window may be. */
  sizeLimits: SizeLimits;
};

/** The sizes that are offered, in percent. */
const PERCENTS = [75, 100, 125, 150, 175, 200];
/** Under this name a browser keeps the zoom of its page. */
const ZOOM_KEY = "wavecraft.zoom";
/** A window whose width is nearer than this to a size has that size, in pixels. */
const TOLERANCE_PX = 2;

/**
 * The sizes to choose from, as lines of a menu. The window is asked to be so large, and its page grows with it: the plugin saves
 * the window's size. Where the window is not the page's to change, as in a browser, the page is zoomed instead, and the browser
 * remembers it.
 */
export function usePageSize({ usualSize, sizeLimits }: PageSizes): MenuItem[] {
  const requestResize = useRequestResize();
  const isInBrowser = usePluginInfo()?.host === "devServer";
  const [zoom, setZoom] = useState(keptZoom);
  const width = useWindowWidth();

  useEffect(() => {
    const root = document.documentElement;
    root.style.zoom = zoom === 100 ? "" : `${zoom}%`;
    root.toggleAttribute("data-zoomed", zoom !== 100);
  }, [zoom]);

  const sizeAt = (percent: number): WindowSize => ({
    width: Math.round((usualSize.width * percent) / 100),
    height: Math.round((usualSize.height * percent) / 100),
  });
  const isChosen = (percent: number) => {
    if (isInBrowser || zoom !== 100) return percent === zoom;
    return Math.abs(width - sizeAt(percent).width) < TOLERANCE_PX;
  };
  const choose = async (percent: number) => {
    const { width, height } = sizeAt(percent);
    const next = (await requestResize(width, height)) ? 100 : percent;
    keepZoom(next);
    setZoom(next);
  };
  return PERCENTS.filter((percent) => isInBrowser || isWithin(sizeAt(percent), sizeLimits)).map(
    (percent) => ({
      label: `${percent} %`,
      checked: isChosen(percent),
      onSelect: () => void choose(percent),
    }),
  );
}

function isWithin({ width, height }: WindowSize, limits: SizeLimits): boolean {
  const isWide = width >= limits.minWidth && width <= limits.maxWidth;
  return isWide && height >= limits.minHeight && height <= limits.maxHeight;
}

function useWindowWidth(): number {
  const [width, setWidth] = useState(window.innerWidth);
  useEffect(() => {
    const follow = () => setWidth(window.innerWidth);
    window.addEventListener("resize", follow);
    return () => window.removeEventListener("resize", follow);
  }, []);
  return width;
}

function keptZoom(): number {
  try {
    const zoom = Number(localStorage.getItem(ZOOM_KEY));
    return PERCENTS.includes(zoom) ? zoom : 100;
  } catch {
    // A browser may keep nothing.
    return 100;
  }
}

function keepZoom(zoom: number): void {
  try {
    localStorage.setItem(ZOOM_KEY, String(zoom));
  } catch {
    // Then it is as usual the next time.
  }
}
