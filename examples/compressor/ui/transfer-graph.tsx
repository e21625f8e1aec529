import { linearAxis, percent, usePaint, useValueControl } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useMeter, useParameter } from "@wavecraft/core/react";
import { useRef } from "react";
import { type Curve, outputOf } from "./curve.ts";

const LOWEST_DB = -60;
const X = linearAxis(LOWEST_DB, 0);
const Y = linearAxis(0, LOWEST_DB);

/** Levels for the curve's points, one for each decibel, and for the grid's lines. */
const POINTS_DB = Array.from({ length: 1 - LOWEST_DB }, (_, index) => LOWEST_DB + index);
const GRID_DB = [-48, -36, -24, -12];

/** The curve from the level at the detector to the level that comes out, and where the sound is on it now. */
export function TransferGraph() {
  const threshold = useParameter("threshold");
  const ratio = useParameter("ratio");
  const knee = useParameter("knee");
  const curve: Curve = {
    threshold_db: plain(threshold, 0),
    share: ratio?.value ?? 0,
    knee_db: plain(knee, 0),
  };
  const points = POINTS_DB.map((input_db) => point(input_db, outputOf(curve, input_db)));
  return (
    <div className="graph">
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        <path className="grid" d={GRID_DB.map(gridLines).join("")} />
        <path className="unity" d="M0 100L100 0" />
        <path className="curve-line" d={`M${points.join("L")}`} />
      </svg>
      {GRID_DB.map((level_db) => (
        <span key={level_db} className="mark" style={{ top: percent(Y.placeOf(level_db)) }}>
          {level_db}
        </span>
      ))}
      {threshold && <ThresholdHandle threshold={threshold} curve={curve} />}
      <LivePoint />
    </div>
  );
}

function plain(control: Parameter | undefined, otherwise: number): number {
  if (control === undefined) return otherwise;
  const { min = 0, max = 1 } = control.info;
  return min + (max - min) * control.value;
}

function point(input_db: number, output_db: number): string {
  return `${100 * X.placeOf(input_db)} ${100 * Y.placeOf(output_db)}`;
}

function gridLines(level_db: number): string {
  return `M${100 * X.placeOf(level_db)} 0V100M0 ${100 * Y.placeOf(level_db)}H100`;
}

/** The whole graph as one handle: to the right is a higher threshold. */
function ThresholdHandle({ threshold, curve }: { threshold: Parameter; curve: Curve }) {
  const { elementProps, dragging } = useValueControl(threshold, {
    label: "Threshold, on the curve",
    direction: "horizontal",
    travelPx: () => elementProps.ref.current?.getBoundingClientRect().width ?? 0,
  });
  const { threshold_db } = curve;
  const place = {
    left: percent(X.placeOf(threshold_db)),
    top: percent(Y.placeOf(outputOf(curve, threshold_db))),
  };
  return (
    <div {...elementProps} className="zone">
      <span className="handle" data-held={dragging} style={place} />
    </div>
  );
}

/** Where the sound is, and the line from where it would be without the compressor. */
function LivePoint() {
  const drop = useRef<HTMLSpanElement>(null);
  const detector = useMeter("detector")?.values;
  const reduction = useMeter("reduction")?.values;
  usePaint(reduction, () => {
    if (drop.current === null) return;
    const input_db = 20 * Math.log10(detector?.read()?.[0] ?? 0);
    const reduction_db = reduction?.read()?.[0] ?? 0;
    const x = X.placeOf(Math.min(0, input_db));
    const top = Y.placeOf(Math.min(0, input_db));
    drop.current.hidden = !(input_db > LOWEST_DB);
    drop.current.style.left = percent(x);
    drop.current.style.top = percent(top);
    drop.current.style.height = percent(Math.min(reduction_db / LOWEST_DB, 1 - top));
  });
  return <span ref={drop} className="live" hidden aria-hidden="true" />;
}
