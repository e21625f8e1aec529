import { percent, useValueControl } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import type { RefObject } from "react";
import { linearOf } from "../plain.ts";
import { ARRIVING, LEAVING } from "./axes.ts";
import { GrabbedCurve } from "./grabbed-curve.tsx";

type DriveHandleProps = {
  drive: Parameter;
  plot: RefObject<HTMLElement | null>;
  /** The curve, as the data of an SVG path. */
  curve: string;
  /** What comes out, in dB, of what arrives at so many. */
  leavingDb(arrivingDb: number): number;
};

/**
 * The knee of the drive's curve: the level that is driven to full scale. Handle and curve are dragged to the left for more
 * drive, and the dot stays under the hand.
 */
export function DriveHandle({ drive, plot, curve, leavingDb }: DriveHandleProps) {
  const { min = 0, max = 36 } = drive.info;
  const { elementProps, dragging, dragHandlers } = useValueControl(drive, {
    label: `${drive.info.name}, on the curve`,
    direction: "horizontal",
    travelPx: () => (plot.current?.clientWidth ?? 0) * (ARRIVING.placeOf(-max) - ARRIVING.placeOf(-min)),
  });
  const driveDb = linearOf(drive);
  return (
    <>
      <GrabbedCurve path={curve} dragHandlers={dragHandlers} onDoubleClick={() => drive.reset()} />
      <div
        {...elementProps}
        // The bubble tells more.
        title={undefined}
        className="handle handle-drive"
        data-held={dragging}
        data-idle={driveDb <= 0}
        style={{
          left: percent(ARRIVING.placeOf(-driveDb)),
          top: percent(LEAVING.placeOf(leavingDb(-driveDb))),
        }}
      />
    </>
  );
}
