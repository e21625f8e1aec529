import { LitCurve, type LitCurveHandle, percent, useMeterChannels } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useMeter, useParameter } from "@wavecraft/core/react";
import { useMemo, useRef } from "react";
import { decibelText, decimal } from "../numbers.ts";
import { linearOf, stepOf } from "../plain.ts";
import { driveStage } from "../response/drive.ts";
import { ARRIVING, LEAVING } from "./axes.ts";
import { DriveHandle } from "./drive-handle.tsx";
import { DriveReading, type DriveReadingHandle } from "./drive-reading.tsx";
import { DRAWING, type Point, pathOf, places } from "./path.ts";
import { Probe } from "./probe.tsx";

/** Points of the curve. */
const POINTS = 109;

/** The lines of the levels, in dBFS, both ways; the outermost have no name. */
const LEVELS_DB = [0, -12, -24, -36];

type DriveGraphProps = {
  drive: Parameter | undefined;
  character: Parameter | undefined;
};

/**
 * How loud a tone comes out of the drive stage, by how loud it arrives, with the loudness that the stage gives back. The
 * stretch of it that the sound reaches now is lit.
 */
export function DriveGraph({ drive, character }: DriveGraphProps) {
  const plot = useRef<HTMLDivElement>(null);
  const driveDb = drive ? linearOf(drive) : 0;
  const curveOf = character ? stepOf(character) : 0;
  const isIdle = driveDb <= 0;
  const isBypassed = (useParameter("bypass")?.value ?? 0) >= 0.5;
  const { stage, leavingDb, points, curve } = useMemo(() => {
    const stage = driveStage({ driveDb, character: curveOf });
    const leavingDb = (arrivingDb: number) => arrivingDb + stage(10 ** (arrivingDb / 20)).gainDb;
    const point = (x: number): Point => [x, LEAVING.placeOf(leavingDb(ARRIVING.valueAt(x)))];
    const points = places(POINTS).map(point);
    return { stage, leavingDb, points, curve: pathOf(points) };
  }, [driveDb, curveOf]);

  const lit = useRef<LitCurveHandle>(null);
  const reading = useRef<DriveReadingHandle>(null);
  useMeterChannels(useMeter("drive_input"), (channels, measured) => {
    const levelDb = Math.max(
      ...channels.map(({ shown }) => (Number.isNaN(shown) ? Number.NEGATIVE_INFINITY : shown)),
    );
    const x = Math.min(1, Math.max(0, ARRIVING.placeOf(levelDb)));
    lit.current?.light(0, x);
    const isHeard = measured && x > 0;
    reading.current?.show(isHeard ? () => stage(10 ** (levelDb / 20)) : null);
  });

  return (
    <div className="graph drive-graph" data-idle={isIdle}>
      <div ref={plot} className="graph-plot">
        <svg viewBox={`0 0 ${DRAWING} ${DRAWING}`} preserveAspectRatio="none" aria-hidden="true">
          <Grid />
        </svg>
        {/* Another key where its colours are others, which it reads when it comes. */}
        <LitCurve key={`${isIdle} ${isBypassed}`} points={points} hasDot ref={lit} />
        {LEVELS_DB.map((db) => (
          <span
            key={db}
            className="graph-label graph-label-right"
            style={{ top: percent(LEAVING.placeOf(db)) }}
            aria-hidden="true"
          >
            {decimal(db, 0)}
          </span>
        ))}
        <DriveReading ref={reading} />
        {drive && <DriveHandle drive={drive} plot={plot} curve={curve} leavingDb={leavingDb} />}
        <Probe
          plot={plot}
          axis={ARRIVING}
          curveAt={(db) => LEAVING.placeOf(leavingDb(db))}
          held={undefined}
          describe={(db) => (
            <>
              <b>{`${decimal(db)} dBFS`}</b>
              <span>{decibelText(leavingDb(db) - db)}</span>
            </>
          )}
        />
      </div>
      <div className="graph-feet" aria-hidden="true">
        {LEVELS_DB.map((db) => (
          <span key={db} className="graph-label" data-decade style={{ left: percent(ARRIVING.placeOf(db)) }}>
            {decimal(db, 0)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** The levels, and the straight line of a stage that does nothing. */
function Grid() {
  const lines = LEVELS_DB.flatMap((db) => [
    `M${ARRIVING.placeOf(db) * DRAWING} 0V${DRAWING}`,
    `M0 ${LEAVING.placeOf(db) * DRAWING}H${DRAWING}`,
  ]);
  return (
    <>
      <path className="graph-grid" d={lines.join("")} />
      <path
        className="graph-unity"
        d={pathOf([-48, 6].map((db): Point => [ARRIVING.placeOf(db), LEAVING.placeOf(db)]))}
      />
    </>
  );
}
