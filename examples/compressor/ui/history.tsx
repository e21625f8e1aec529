import { linearAxis, percent, usePaint } from "@wavecraft/components";
import { useMeter } from "@wavecraft/core/react";
import { useRef } from "react";

/** How much of the past shows, in seconds. */
const SPAN_S = 6;

/** More moments than meters measure in that time. */
const MOST_MOMENTS = 1_000;

const LOWEST_DB = -24;
const REDUCTION = linearAxis(0, LOWEST_DB);
const LEVEL = linearAxis(0, -60);
const MARKS_DB = [-6, -12, -18];

/** What was measured at a time. */
type Moment = { at_s: number; level_db: number; reduction_db: number };

/** The gain reduction of the last seconds, before the level at the detector. */
export function History() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const moments = useRef<Moment[]>([]);
  const detector = useMeter("detector")?.values;
  const reduction = useMeter("reduction")?.values;
  usePaint(reduction, () => {
    const at_s = performance.now() / 1000;
    const level_db = 20 * Math.log10(detector?.read()?.[0] ?? 0);
    const reduction_db = reduction?.read()?.[0];
    // While nothing is measured there is no past to show.
    if (reduction_db === undefined) moments.current = [];
    else moments.current.push({ at_s, level_db, reduction_db });
    if (moments.current.length > MOST_MOMENTS) moments.current.shift();
    if (canvas.current !== null) paint(canvas.current, moments.current, at_s);
  });
  return (
    <div className="graph">
      <canvas ref={canvas} role="img" aria-label={`Gain reduction of the last ${SPAN_S} seconds`} />
      {MARKS_DB.map((level_db) => (
        <span key={level_db} className="mark" style={{ top: percent(REDUCTION.placeOf(level_db)) }}>
          {-level_db}
        </span>
      ))}
    </div>
  );
}

function paint(canvas: HTMLCanvasElement, moments: readonly Moment[], now_s: number): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const scale = window.devicePixelRatio;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  // Setting the size clears the canvas as well.
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.scale(scale, scale);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name);

  context.strokeStyle = colour("--wc-border");
  for (const mark of MARKS_DB) {
    const y = Math.round(REDUCTION.placeOf(mark) * height) + 0.5;
    context.strokeRect(0, y, width, 0);
  }

  const shown = moments.filter((moment) => now_s - moment.at_s <= SPAN_S);
  const [first, last] = [shown[0], shown[shown.length - 1]];
  if (first === undefined || last === undefined) return;
  const x = (moment: Moment) => width * (1 - (now_s - moment.at_s) / SPAN_S);
  const line = (y: (moment: Moment) => number) => {
    const path = new Path2D();
    for (const moment of shown) path.lineTo(x(moment), Math.min(1, y(moment)) * height);
    return path;
  };
  const area = (path: Path2D, edge: number) => {
    const closed = new Path2D(path);
    closed.lineTo(x(last), edge);
    closed.lineTo(x(first), edge);
    return closed;
  };

  context.fillStyle = colour("--level");
  context.fill(area(line((moment) => LEVEL.placeOf(moment.level_db)), height));
  const taken = line((moment) => REDUCTION.placeOf(moment.reduction_db));
  context.fillStyle = colour("--taken");
  context.fill(area(taken, 0));
  context.strokeStyle = colour("--wc-accent");
  context.lineWidth = 1.5;
  context.lineJoin = "round";
  context.stroke(taken);
}
