import { type ReactNode, useEffect, useRef, useState } from "react";
import { watchAppearance } from "../canvas/watch-appearance.ts";
import type { MeterOrientation } from "./bar-painter.ts";
import { CEILING_DB, FLOOR_DB, levelText, withMinus } from "./decibels.ts";
import { LevelAnimation, type MeterChannel, type MeterSource } from "./level-animation.ts";
import { LevelPainter } from "./level-painter.ts";
import { MeterScale } from "./meter-scale.tsx";
import { PeakNumber } from "./peak-number.tsx";
import { SpokenValue } from "./spoken-value.ts";
import { useLevelScale } from "./use-level-scale.ts";

/** What the bars take. */
export type LevelBarsProps = {
  /** Where the levels come from. */
  source: MeterSource;
  /** Levels after ("output") or before processing ("input"). */
  channel: MeterChannel;
  /** Whether the decibels stand beside the bars: not unless told so. */
  scale?: boolean;
  /** Whether a click on the decibels goes through scales, from the whole one to its upper end: not unless told so. */
  scaleChoice?: boolean;
  /** Whether the highest peak stands above the bars in numbers, until it is clicked: not unless told so. */
  peak?: boolean;
  /** Its name. */
  label: string;
  /** Which way the bars grow: upwards ("vertical") unless told otherwise. */
  orientation?: MeterOrientation;
  /** What stands at the bars' lower end. */
  children?: ReactNode;
};

const NOT_CLIPPED = { left: false, right: false };

/**
 * The levels of a stereo signal: RMS as the body, the peak above it, a line where the highest peak was, and a light for
 * each channel that stays lit after clipping until it is clicked. It fills the space that the page gives it.
 *
 * Nothing measured is shown as nothing: dark and empty. Levels go from the source to the canvas past React.
 */
export function LevelBars({
  source,
  channel,
  scale = false,
  scaleChoice = false,
  peak = false,
  label,
  orientation = "vertical",
  children,
}: LevelBarsProps) {
  const bars = useRef<HTMLCanvasElement>(null);
  const meter = useRef<HTMLDivElement>(null);
  const [clipped, setClipped] = useState(NOT_CLIPPED);
  /** Counts the clicks: each begins another search for the highest peak. */
  const [cleared, setCleared] = useState(0);
  const hasClipped = clipped.left || clipped.right;
  const isClearable = hasClipped || peak;
  const wordsOfClipping = hasClipped ? "has clipped: clear" : "has not clipped";
  const [shownScale, nextScale] = useLevelScale(label);
  const { position, marksDb, floorDb } = shownScale;

  useEffect(() => {
    if (bars.current === null || meter.current === null) {
      return;
    }
    const spoken = new SpokenValue(meter.current);
    const painter = new LevelPainter(bars.current, orientation, position);
    const animation = new LevelAnimation(source, channel, {
      onPaint(left, right, measured) {
        painter.paint([left, right]);
        if (measured) {
          const texts = `left ${levelText(left.peakDb)}, right ${levelText(right.peakDb)}`;
          spoken.update(nearest(Math.max(left.peakDb, right.peakDb)), texts);
        } else {
          spoken.update(FLOOR_DB, "nothing measured");
        }
      },
      onClip(left, right) {
        setClipped((before) => {
          const after = { left: before.left || left, right: before.right || right };
          return after.left === before.left && after.right === before.right ? before : after;
        });
      },
    });
    const unwatch = watchAppearance(meter.current, painter, animation);
    animation.start();
    return () => {
      animation.stop();
      unwatch();
      spoken.stop();
    };
  }, [source, channel, orientation, position]);

  return (
    <div className="wc-meter" data-orientation={orientation} data-peak={peak}>
      <button
        type="button"
        className="wc-meter-clip"
        // With a number on it, it is named by what it says.
        aria-label={peak ? undefined : `${label} ${wordsOfClipping}`}
        aria-disabled={!isClearable}
        tabIndex={isClearable ? 0 : -1}
        onClick={() => {
          setClipped(NOT_CLIPPED);
          setCleared(cleared + 1);
        }}
      >
        {peak && (
          <>
            <span className="wc-visually-hidden">{`${label}, peak `}</span>
            <PeakNumber key={cleared} source={source} channel={channel} isOver={hasClipped} />
            <span className="wc-visually-hidden">{hasClipped ? `, ${wordsOfClipping}` : ": clear"}</span>
          </>
        )}
        <span className="wc-meter-lights">
          <span data-lit={clipped.left} />
          <span data-lit={clipped.right} />
        </span>
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
      {scale && (
        <MeterScale
          orientation={orientation}
          marks={marksDb.map((db) => ({
            position: position(db),
            text: db > 0 ? `+${db}` : String(Math.abs(db)),
            isZero: db === 0,
          }))}
        />
      )}
      {scale && scaleChoice && (
        <button
          type="button"
          className="wc-meter-scale-choice"
          aria-label={`${label}: scale from ${withMinus(String(floorDb))} dB`}
          data-hint="Goes through scales, from the whole one to its upper end."
          onClick={nextScale}
        />
      )}
      {children}
    </div>
  );
}

/** A level to the tenth of a decibel, on the scale. */
function nearest(db: number): number {
  return Math.round(Math.min(CEILING_DB, Math.max(FLOOR_DB, db)) * 10) / 10;
}
