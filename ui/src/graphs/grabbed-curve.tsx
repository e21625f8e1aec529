import type { PointerDragHandlers } from "@wavecraft/components";
import { DRAWING } from "./path.ts";

type GrabbedCurveProps = {
  /** The stretch that can be grabbed, as the data of an SVG path. */
  path: string;
  /** What a drag of it does: the same as one of the handle. */
  dragHandlers: PointerDragHandlers;
  onDoubleClick(): void;
};

/** A stretch of a curve by which its value is dragged, for the pointer alone: keys and wheel are the handle's. */
export function GrabbedCurve({ path, dragHandlers, onDoubleClick }: GrabbedCurveProps) {
  return (
    <svg
      className="graph-grab"
      viewBox={`0 0 ${DRAWING} ${DRAWING}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the handle beside it is the control. */}
      <path d={path} {...dragHandlers} onDoubleClick={onDoubleClick} />
    </svg>
  );
}
