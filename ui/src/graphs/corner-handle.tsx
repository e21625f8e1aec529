import { percent, useValueControl } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { frequencyOf, stepOf, valueOfStep } from "../plain.ts";
import { cutResponseDb, type Side } from "../response/filters.ts";
import { FREQUENCY, LEVEL } from "./axes.ts";

type CornerHandleProps = { side: Side; frequency: Parameter; slope: Parameter };

/** The slope that a cut which is off gets when its handle is moved: 12 dB per octave. */
const GENTLEST_SLOPE = 1;

/**
 * One side of the filter graph, up to where the other cut's range begins: it can be grabbed anywhere, and moves the
 * corner along. Moving the corner of a cut that is off turns it on, since nothing would be heard otherwise.
 */
export function CornerHandle({ side, frequency, slope }: CornerHandleProps) {
  const { min = 20, max = 20_000 } = frequency.info;
  const [left, right] = side === "low" ? [0, FREQUENCY.placeOf(max)] : [FREQUENCY.placeOf(min), 1];
  const isOff = stepOf(slope) === 0;

  const engaging: Parameter = {
    ...frequency,
    change(value) {
      if (isOff) slope.change(valueOfStep(slope, GENTLEST_SLOPE));
      frequency.change(value);
    },
    reset() {
      frequency.reset();
      slope.reset();
    },
  };
  const { elementProps, dragging } = useValueControl(engaging, {
    label: `${frequency.info.name}, on the curve`,
    direction: "horizontal",
    travelPx: () => {
      const widthPx = elementProps.ref.current?.getBoundingClientRect().width ?? 0;
      return (widthPx * (FREQUENCY.placeOf(max) - FREQUENCY.placeOf(min))) / (right - left);
    },
  });

  const cornerHz = frequencyOf(frequency);
  const levelDb = cutResponseDb(side, { cornerHz, slope: stepOf(slope) }, cornerHz);
  return (
    <div
      {...elementProps}
      className={`zone zone-${side}`}
      data-held={dragging}
      style={{ left: percent(left), width: percent(right - left) }}
    >
      <span
        className="handle"
        data-idle={isOff}
        style={{
          left: percent((FREQUENCY.placeOf(cornerHz) - left) / (right - left)),
          top: percent(LEVEL.placeOf(levelDb)),
        }}
      />
    </div>
  );
}
