/** Calls `callback` once, at the next animation frame, unless the function that it returns is called before. */
export type FrameScheduler = (callback: () => void) => () => void;

/** How long a frame is taken to be where there are none, in milliseconds. */
const FRAME_MS = 16;

/** The browser's animation frames; a timer where there are none. */
export const animationFrames: FrameScheduler = (callback) => {
  if (typeof requestAnimationFrame === "function") {
    const frame = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(frame);
  }
  const timer = setTimeout(callback, FRAME_MS);
  return () => clearTimeout(timer);
};
