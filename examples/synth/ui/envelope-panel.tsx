import { Panel, ParameterControl, percent } from "@wavecraft/components";
import type { Parameter, ParameterId } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { useRef } from "react";
import { DRAWING, type Point, pathThrough } from "./graph.ts";
import { usePlaneDrag } from "./use-plane-drag.ts";

type Part = "attack" | "decay" | "sustain" | "release";

type EnvelopePanelProps = { title: string; className: string; ids: Record<Part, ParameterId> };

/** An envelope as a curve whose corners can be moved, and its four knobs. */
export function EnvelopePanel({ title, className, ids }: EnvelopePanelProps) {
  const attack = useParameter(ids.attack);
  const decay = useParameter(ids.decay);
  const sustain = useParameter(ids.sustain);
  const release = useParameter(ids.release);
  return (
    <Panel title={title} className={`envelope ${className}`}>
      {attack !== undefined && decay !== undefined && sustain !== undefined && release !== undefined && (
        <EnvelopeGraph attack={attack} decay={decay} sustain={sustain} release={release} />
      )}
      <div className="knobs">
        <ParameterControl id={ids.attack} label="Attack" size="small" />
        <ParameterControl id={ids.decay} label="Decay" size="small" />
        <ParameterControl id={ids.sustain} label="Sustain" size="small" />
        <ParameterControl id={ids.release} label="Release" size="small" />
      </div>
    </Panel>
  );
}

/** The share of the width that attack, decay and release take at most; in between the note is held. */
const LONGEST = 0.29;
/** What a part that takes no time at all still takes. */
const SHORTEST = 0.015;
const HELD = 1 - 3 * LONGEST - 3 * SHORTEST;
const TOP = 0.1;
const BOTTOM = 0.94;
/** As in the plugin: how many time constants of its exponential a part takes. */
const ATTACK_BEND = 1.5;
const FALL_BEND = 6;
const POINTS = 40;

/** A part's width follows its knob, and so the logarithm of its time. */
function widthOf(time: Parameter): number {
  return SHORTEST + LONGEST * time.value;
}

function heightOf(level: number): number {
  return BOTTOM + (TOP - BOTTOM) * level;
}

/** A piece of an exponential from one place to another. */
function bent([fromX, from]: Point, [toX, to]: Point, bend: number): Point[] {
  return Array.from({ length: POINTS + 1 }, (_, index) => {
    const done = index / POINTS;
    const way = (1 - Math.exp(-bend * done)) / (1 - Math.exp(-bend));
    return [fromX + (toX - fromX) * done, heightOf(from + (to - from) * way)];
  });
}

function EnvelopeGraph({ attack, decay, sustain, release }: Record<Part, Parameter>) {
  const graph = useRef<HTMLDivElement>(null);
  const top = widthOf(attack);
  const knee = top + widthOf(decay);
  const letGo = knee + HELD;
  const end = letGo + widthOf(release);
  const line = pathThrough([
    ...bent([0, 0], [top, 1], ATTACK_BEND),
    ...bent([top, 1], [knee, sustain.value], FALL_BEND),
    ...bent([letGo, sustain.value], [end, 0], FALL_BEND),
  ]);
  return (
    <div ref={graph} className="graph envelope-graph">
      <svg viewBox={`0 0 ${DRAWING} ${DRAWING}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="graph-axis" d={`M0 ${BOTTOM * DRAWING}H${DRAWING}`} />
        <path className="graph-fill" d={`${line}V${BOTTOM * DRAWING}H0Z`} />
        <path className="graph-line" d={line} />
      </svg>
      <Handle graph={graph} at={[top, TOP]} time={attack} />
      <Handle graph={graph} at={[knee, heightOf(sustain.value)]} time={decay} level={sustain} />
      <Handle graph={graph} at={[end, BOTTOM]} time={release} />
    </div>
  );
}

type HandleProps = {
  graph: { readonly current: HTMLElement | null };
  at: Point;
  time: Parameter;
  level?: Parameter;
};

/** A corner of the curve: sideways it moves a time, up and down a level. Knobs are there for keys and screen readers. */
function Handle({ graph, at: [x, y], time, level }: HandleProps) {
  const size = () => graph.current?.getBoundingClientRect();
  const { dragging, handlers } = usePlaneDrag({
    sideways: [time, () => LONGEST * (size()?.width ?? 0)],
    upwards: level && [level, () => (BOTTOM - TOP) * (size()?.height ?? 0)],
  });
  return (
    <span
      className="handle"
      {...handlers}
      data-held={dragging}
      style={{ left: percent(x), top: percent(y) }}
    />
  );
}
