/** Sizes of a window, in logical pixels. */

/** Width and height. */
export type WindowSize = { width: number; height: number };

/** What a size must keep to. */
export type SizeLimits = { minWidth: number; minHeight: number; maxWidth: number; maxHeight: number };

/** `size` in whole pixels within `limits`. */
export function limitSize(size: WindowSize, limits: SizeLimits): WindowSize {
  return {
    width: Math.round(Math.min(limits.maxWidth, Math.max(limits.minWidth, size.width))),
    height: Math.round(Math.min(limits.maxHeight, Math.max(limits.minHeight, size.height))),
  };
}

/**
 * The size nearest to `size` that has the proportion of `start`, within `limits`: the side that has changed more
 * decides.
 */
export function limitProportionally(size: WindowSize, start: WindowSize, limits: SizeLimits): WindowSize {
  const byWidth = size.width / start.width;
  const byHeight = size.height / start.height;
  const wanted = Math.abs(byWidth - 1) > Math.abs(byHeight - 1) ? byWidth : byHeight;
  const least = Math.max(limits.minWidth / start.width, limits.minHeight / start.height);
  const most = Math.min(limits.maxWidth / start.width, limits.maxHeight / start.height);
  const factor = Math.min(most, Math.max(least, wanted));
  return limitSize({ width: start.width * factor, height: start.height * factor }, limits);
}
