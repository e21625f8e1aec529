import { LitCurve, type LitCurveHandle, usePaint } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { useMeter } from "@wavecraft/core/react";
import { useMemo, useRef } from "react";
import { linearOf, stepOf } from "../plain.ts";
import { driven } from "../response/drive.ts";
import { INPUT, OUTPUT } from "./axes.ts";
import { DriveHandle } from "./drive-handle.tsx";
import { DRAWING, type Point, pathOf, places } from "./path.ts";

/** Points of the curve: odd, so that one of them is silence. */
const POINTS = 161;

type DriveGraphProps = {
  drive: Parameter | undefined;
  character: Parameter | undefined;
};

/** What the drive's curve makes of each sample. The stretch of it that the sound reaches now is lit. */
export function DriveGraph({ drive, character }: DriveGraphProps) {
  const driveDb = drive ? linearOf(drive) : 0;
  const curveOf = character ? stepOf(character) : 0;
  const curve = useMemo(
    () => places(POINTS).map((x): Point => [x, OUTPUT.placeOf(driven(INPUT.valueAt(x), driveDb, curveOf))]),
    [driveDb, curveOf],
  );

  const lit = useRef<LitCurveHandle>(null);
  const arriving = useMeter("drive_input")?.values;
  usePaint(arriving, () => {
    const peak = Math.max(0, ...(arriving?.read() ?? []));
    lit.current?.light(INPUT.placeOf(-peak), INPUT.placeOf(peak));
  });

  return (
    <div className="graph drive-graph">
      <svg viewBox={`0 0 ${DRAWING} ${DRAWING}`} preserveAspectRatio="none" aria-hidden="true">
        <Grid />
      </svg>
      <LitCurve points={curve} ref={lit} />
      {drive && <DriveHandle drive={drive} character={character} />}
    </div>
  );
}

/** The axes, full scale, and the straight line of a stage that does nothing. */
function Grid() {
  const at = (output: number) => OUTPUT.placeOf(output) * DRAWING;
  const lines = [
    `M${DRAWING / 2} 0V${DRAWING}`,
    `M0 ${at(0)}H${DRAWING}`,
    `M0 ${at(1)}H${DRAWING}`,
    `M0 ${at(-1)}H${DRAWING}`,
  ];
  return (
    <>
      <path className="graph-grid" d={lines.join("")} />
      <path
        className="graph-unity"
        d={pathOf([-1, 1].map((end) => [INPUT.placeOf(end), OUTPUT.placeOf(end)]))}
      />
    </>
  );
}
