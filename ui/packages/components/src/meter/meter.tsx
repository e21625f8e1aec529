import type { MeterId } from "@wavecraft/core";
import { type OwnMeter, useMeter, usePluginInfo } from "@wavecraft/core/react";
import { useEffect, useMemo, useRef } from "react";
import { textWriter } from "../canvas/rare-writer.ts";
import { watchAppearance } from "../canvas/watch-appearance.ts";
import type { MeterOrientation } from "./bar-painter.ts";
import { meterAxis, rounded } from "./meter-axis.ts";
import { MeterScale } from "./meter-scale.tsx";
import { OwnMeterAnimation } from "./own-meter-animation.ts";
import { OwnMeterPainter } from "./own-meter-painter.ts";
import { SpokenValue } from "./spoken-value.ts";

/** What a meter takes. */
export type MeterProps = {
  /** The meter's id: one of the plugin's own. */
  id: MeterId;
  /** Its name: the meter's own unless told otherwise. */
  label?: string;
  /** Whether the scale stands beside the bars: unless told not to. */
  scale?: boolean;
  /** Whether the value stands below in numbers: unless told not to. */
  readout?: boolean;
  /** Which way the bars lie: upright ("vertical") unless told otherwise. */
  orientation?: MeterOrientation;
};

/** The shortest time between two numbers, so that they can be read, in milliseconds. */
const READOUT_PAUSE_MS = 100;

/**
 * One of the plugin's own meters, a bar for each channel: levels rise from the bottom, gain reduction hangs from the top,
 * other values grow from zero. It fills the space that the page gives it.
 *
 * Nothing until the plugin has answered; a sentence where it has no such meter. Values go to the canvas past React.
 */
export function Meter({ id, ...rest }: MeterProps) {
  const isKnown = usePluginInfo() !== null;
  const meter = useMeter(id);
  if (meter !== undefined) return <MeterBars meter={meter} {...rest} />;
  if (!isKnown) return null;
  return (
    <p className="wc-missing" role="alert">
      {`The plugin has no meter \`${id}\`.`}
    </p>
  );
}

/** A meter that is there. */
function MeterBars({
  meter: { info, values },
  label = info.name,
  scale = true,
  readout = true,
  orientation = "vertical",
}: Omit<MeterProps, "id"> & { meter: OwnMeter }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const bars = useRef<HTMLDivElement>(null);
  const number = useRef<HTMLDivElement>(null);
  const axis = useMemo(() => meterAxis(info), [info]);
  const { kind, channels } = info;

  useEffect(() => {
    if (canvas.current === null || bars.current === null) return;
    const spoken = new SpokenValue(bars.current);
    const written = textWriter(number, READOUT_PAUSE_MS);
    const painter = new OwnMeterPainter(canvas.current, axis, kind, orientation);
    const animation = new OwnMeterAnimation(values, kind, channels, (moved, measured) => {
      painter.paint(moved);
      const told = measured ? moved.map((channel) => axis.text(channel.shown)) : [];
      const extreme = kind === "gainReduction" ? Math.min : Math.max;
      const shown = extreme(...moved.map((channel) => channel.shown));
      const now = Math.min(axis.highest, Math.max(axis.lowest, Number.isNaN(shown) ? axis.lowest : shown));
      spoken.update(Math.round(now * 100) / 100, measured ? told.join(", ") : "nothing measured");
      const held = moved.map((channel) => (Number.isNaN(channel.hold) ? channel.shown : channel.hold));
      written.update(measured ? axis.text(extreme(...held)) : "–");
    });
    const unwatch = watchAppearance(bars.current, painter, animation);
    animation.start();
    return () => {
      animation.stop();
      unwatch();
      spoken.stop();
      written.stop();
    };
  }, [values, axis, kind, channels, orientation]);

  const marks = axis.marks.map((mark) => ({
    position: axis.position(mark),
    text: mark > 0 && kind === "level" ? `+${mark}` : rounded(Math.abs(mark)).replace(/\.0+$/, ""),
    isZero: mark === 0,
  }));
  return (
    <div className="wc-meter wc-own-meter" data-orientation={orientation}>
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter draws itself and shows one value. */}
      <div
        ref={bars}
        className="wc-meter-bars"
        role="meter"
        aria-label={label}
        aria-valuemin={axis.lowest}
        aria-valuemax={axis.highest}
        // Until the first values come: React writes what has changed in its own view, and this never does.
        aria-valuenow={axis.lowest}
      >
        <canvas ref={canvas} />
      </div>
      {scale && <MeterScale orientation={orientation} marks={marks} />}
      <div className="wc-name wc-meter-name" aria-hidden="true">
        {label}
      </div>
      {readout && <div ref={number} className="wc-meter-readout" aria-hidden="true" />}
    </div>
  );
}
