import { MARKS_DB, scalePosition } from "./decibels.ts";
import type { MeterOrientation } from "./meter-painter.ts";

/** The numbers beside a meter. */
export function MeterScale({ orientation }: { orientation: MeterOrientation }) {
  return (
    <div className="wc-meter-scale" aria-hidden="true">
      {MARKS_DB.map((db) => {
        const offset = `${scalePosition(db) * 100}%`;
        return (
          <span
            key={db}
            className="wc-meter-mark"
            data-zero={db === 0}
            style={orientation === "vertical" ? { bottom: offset } : { left: offset }}
          >
            {db > 0 ? `+${db}` : Math.abs(db)}
          </span>
        );
      })}
    </div>
  );
}
