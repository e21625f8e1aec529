import { Panel, SegmentedSelector } from "@wavecraft/components";
import type { ParameterId } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import type { ReactNode } from "react";
import { curve, DRAWING, pathThrough } from "./graph.ts";

type OscillatorPanelProps = {
  title: string;
  className: string;
  wave: ParameterId;
  width: ParameterId;
  children: ReactNode;
};

/** A turn and a half of the wave, the choice of it, and the oscillator's knobs. */
export function OscillatorPanel({ title, className, wave, width, children }: OscillatorPanelProps) {
  const waveControl = useParameter(wave);
  const widthControl = useParameter(width);
  const name = waveControl?.text ?? "Saw";
  return (
    <Panel title={title} className={`oscillator ${className}`}>
      <svg
        className="graph wave"
        viewBox={`0 0 ${DRAWING} ${DRAWING}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path className="graph-axis" d={`M0 ${DRAWING / 2}H${DRAWING}`} />
        <path className="graph-line" d={wavePath(name, widthControl?.value ?? 0.5)} />
      </svg>
      {waveControl !== undefined && (
        <SegmentedSelector
          control={waveControl}
          label={title}
          shortVariants={["Saw", "Pulse", "Tri", "Sine"]}
        />
      )}
      <div className="knobs" data-pulse={name === "Pulse"}>
        {children}
      </div>
    </Panel>
  );
}

const TURNS = 2;
const MARGIN = 0.14;

/** The wave between the upper and the lower margin. */
function wavePath(name: string, width: number): string {
  const high = Math.min(0.97, Math.max(0.03, width));
  const level = (turn: number) => {
    const place = turn - Math.floor(turn);
    switch (name) {
      case "Pulse":
        return place < high ? 1 : -1;
      case "Triangle":
        return 1 - 4 * Math.abs(((place + 0.25) % 1) - 0.5);
      case "Sine":
        return Math.sin(2 * Math.PI * place);
      default:
        return 2 * ((place + 0.5) % 1) - 1;
    }
  };
  return pathThrough(curve(401, (x) => 0.5 - (0.5 - MARGIN) * level(x * TURNS)));
}
