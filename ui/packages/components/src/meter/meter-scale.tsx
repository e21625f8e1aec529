import type { MeterOrientation } from "./bar-painter.ts";

/** A number beside a meter. */
export type MeterMark = {
  /** How far up, from 0 to 1. */
  position: number;
  /** What stands there. */
  text: string;
  /** Whether it is the one that others are measured by. */
  isZero: boolean;
};

/** The numbers beside a meter. */
export function MeterScale({
  orientation,
  marks,
}: {
  orientation: MeterOrientation;
  marks: readonly MeterMark[];
}) {
  return (
    <div className="wc-meter-scale" aria-hidden="true">
      {marks.map(({ position, text, isZero }) => {
        const offset = `${position * 100}%`;
        return (
          <span
            key={text}
            className="wc-meter-mark"
            data-zero={isZero}
            style={orientation === "vertical" ? { bottom: offset } : { left: offset }}
          >
            {text}
          </span>
        );
      })}
    </div>
  );
}
