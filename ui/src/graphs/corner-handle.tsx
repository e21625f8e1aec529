import { percent, useValueControl } from "@wavecraft/components";
import type { RefObject } from "react";
import type { CutControl } from "../cuts/use-cut.ts";
import { frequencyOf, stepOf } from "../plain.ts";
import { cutResponseDb } from "../response/filters.ts";
import { FREQUENCY, LEVEL } from "./axes.ts";
import { GrabbedCurve } from "./grabbed-curve.tsx";
import { type Point, pathOf, places } from "./path.ts";

/** From here on the curve belongs to the cut, in dB: where it is flatter, there is nothing to take hold of. */
const GRABBED_FROM_DB = -0.5;

/** Points of the part of the curve that can be grabbed. */
const POINTS = 61;

type CornerHandleProps = { cut: CutControl; plot: RefObject<HTMLElement | null> };

/** The corner of a cut on the curve: its handle, and the slope beside it, are grabbed and move it along. */
export function CornerHandle({ cut, plot }: CornerHandleProps) {
  const { side, frequency, slope, isOff } = cut;
  const { min = 20, max = 20_000 } = frequency.info;
  const { elementProps, dragging, dragHandlers } = useValueControl(frequency, {
    label: `${frequency.info.name}, on the curve`,
    direction: "horizontal",
    travelPx: () => (plot.current?.clientWidth ?? 0) * (FREQUENCY.placeOf(max) - FREQUENCY.placeOf(min)),
  });
  const cornerHz = frequencyOf(frequency);
  const setting = { cornerHz, slope: stepOf(slope) };
  const grabbed = places(POINTS)
    .map((part): Point => {
      const x =
        side === "low"
          ? part * FREQUENCY.placeOf(cornerHz * 2)
          : 1 - part * (1 - FREQUENCY.placeOf(cornerHz / 2));
      return [x, LEVEL.placeOf(cutResponseDb(side, setting, FREQUENCY.valueAt(x)))];
    })
    .filter(([, y]) => y > LEVEL.placeOf(GRABBED_FROM_DB) && y < 1.1);
  return (
    <>
      {grabbed.length > 1 && (
        <GrabbedCurve
          path={pathOf(grabbed)}
          dragHandlers={dragHandlers}
          onDoubleClick={() => frequency.reset()}
        />
      )}
      <div
        {...elementProps}
        // The bubble tells more.
        title={undefined}
        className={`handle handle-${side}`}
        data-held={dragging}
        data-idle={isOff}
        style={{
          left: percent(FREQUENCY.placeOf(cornerHz)),
          top: percent(LEVEL.placeOf(cutResponseDb(side, setting, cornerHz))),
        }}
      />
    </>
  );
}
