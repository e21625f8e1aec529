import { useCallback } from "react";
import type { SignalSource } from "./signal-animation.ts";
import { SignalCanvas } from "./signal-canvas.tsx";
import { WaveformPainter } from "./waveform-painter.ts";

/** What a waveform looks like, wherever its values come from. */
export type ScopeLook = {
  /** The magnitude that reaches the edge: 1, full scale, unless told. */
  range?: number;
};

/** What the picture of a waveform takes. */
export type ScopeGraphProps = ScopeLook & {
  source: SignalSource;
  /** What it is of; without it, it is an ornament that screen readers pass over. */
  label?: string | undefined;
  /** How many channels the source has: one unless told. */
  channels?: number;
};

/** A waveform, drawn past React. It fills the box that the page gives it. */
export function ScopeGraph({ source, label, channels = 1, range = 1 }: ScopeGraphProps) {
  const makePainter = useCallback(
    (canvas: HTMLCanvasElement) => new WaveformPainter(canvas, channels, range),
    [channels, range],
  );
  const named = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <div className="wc-signal wc-scope" {...named}>
      <SignalCanvas source={source} makePainter={makePainter} />
    </div>
  );
}
