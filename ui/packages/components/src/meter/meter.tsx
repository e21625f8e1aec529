import { useEffect, useRef, useState } from "react";
import { CEILING_DB, FLOOR_DB } from "./decibels.ts";
import { MeterAnimation, type MeterChannel, type MeterSource } from "./meter-animation.ts";
import { type MeterOrientation, MeterPainter } from "./meter-painter.ts";
import { MeterScale } from "./meter-scale.tsx";
import { SpokenLevel } from "./spoken-level.ts";
import { watchAppearance } from "./watch-appearance.ts";

/** What a meter takes. */
export type MeterProps = {
  /** Where the levels come from. */
  source: MeterSource;
  /** Levels after ("output") or before processing ("input"). */
  channel: MeterChannel;
  /** Whether the decibels stand beside the bars: not unless told so. */
  scale?: boolean;
  /** Its name. */
  label: string;
  /** Which way the bars grow: upwards ("vertical") unless told otherwise. */
  orientation?: MeterOrientation;
};

const NOT_CLIPPED = { left: false, right: false };

/**
 * The levels of a stereo signal: RMS as the body, the peak above it, a line where the highest peak was, and a light for
 * each channel that stays lit after clipping until it is clicked. It fills the space that the page gives it.
 *
 * Nothing measured is shown as nothing: dark and empty. Levels go from the source to the canvas past React.
 */
export function Meter({ source, channel, scale = false, label, orientation = "vertical" }: MeterProps) {
  const bars = useRef<HTMLCanvasElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const [clipped, setClipped] = useState(NOT_CLIPPED);
  const hasClipped = clipped.left || clipped.right;

  useEffect(() => {
    if (bars.current === null || meter.current === null) {
      return;
    }
    const spoken = new SpokenLevel(meter.current);
    const painter = new MeterPainter(bars.current, orientation);
    const animation = new MeterAnimation(source, channel, {
      onPaint(left, right, measured) {
        painter.paint([left, right]);
        spoken.update(measured ? { leftDb: left.peakDb, rightDb: right.peakDb } : null);
      },
      onClip(left, right) {
        setClipped((before) => {
          const after = { left: before.left || left, right: before.right || right };
          return after.left === before.left && after.right === before.right ? before : after;
        });
      },
    });
    const unwatch = watchAppearance(
      meter.current,
      (widthPx, heightPx) => {
        painter.resize(widthPx, heightPx, window.devicePixelRatio);
        animation.repaint();
      },
      () => {
        painter.readColours();
        animation.repaint();
      },
    );
    animation.start();
    return () => {
      animation.stop();
      unwatch();
      spoken.stop();
    };
  }, [source, channel, orientation]);

  return (
    <div className="wc-meter" data-orientation={orientation}>
      <button
        type="button"
        className="wc-meter-clip"
        aria-label={hasClipped ? `${label} has clipped: clear` : `${label} has not clipped`}
        aria-disabled={!hasClipped}
        tabIndex={hasClipped ? 0 : -1}
        onClick={() => setClipped(NOT_CLIPPED)}
      >
        <span data-lit={clipped.left} />
        <span data-lit={clipped.right} />
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter draws itself and shows one value. */}
      <div
        ref={meter}
        className="wc-meter-bars"
        role="meter"
        aria-label={label}
        aria-valuemin={FLOOR_DB}
        aria-valuemax={CEILING_DB}
        // Until the first levels come: React writes what has changed in its own view, and this never does.
        aria-valuenow={FLOOR_DB}
      >
        <canvas ref={bars} />
      </div>
      {scale && <MeterScale orientation={orientation} />}
    </div>
  );
}
