import { percent, useValueControl } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { linearOf, stepOf } from "../plain.ts";
import { driven } from "../response/drive.ts";
import { INPUT, OUTPUT } from "./axes.ts";

type DriveHandleProps = { drive: Parameter; character: Parameter | undefined };

/** The whole drive graph as one handle: upwards is more. The dot sits where the input begins to be driven beyond full scale. */
export function DriveHandle({ drive, character }: DriveHandleProps) {
  const { elementProps, dragging } = useValueControl(drive, {
    label: `${drive.info.name}, on the curve`,
    direction: "vertical",
    travelPx: () => elementProps.ref.current?.getBoundingClientRect().height ?? 0,
  });
  const driveDb = linearOf(drive);
  const input = 10 ** (-driveDb / 20);
  const output = driven(input, driveDb, character ? stepOf(character) : 0);
  return (
    <div {...elementProps} className="zone zone-drive" data-held={dragging}>
      <span
        className="handle"
        data-idle={driveDb <= 0}
        style={{ left: percent(INPUT.placeOf(input)), top: percent(OUTPUT.placeOf(output)) }}
      />
    </div>
  );
}
