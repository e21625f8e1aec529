import type { AudioPhase, AudioStatus } from "@wavecraft/core";
import { type FocusEvent, type KeyboardEvent, useId, useState } from "react";
import { SteadyText } from "../text/steady-text.tsx";

/** What an audio status badge takes. */
export type AudioStatusBadgeProps = {
  /** What runs of the audio; null shows nothing. */
  status: AudioStatus | null;
};

type Phase = { words: string; tone: "good" | "waiting" | "warning" | "bad" | "off" };

const PHASES: Record<AudioPhase, Phase> = {
  disabled: { words: "Audio off", tone: "off" },
  initializing: { words: "Starting audio…", tone: "waiting" },
  runningFullDuplex: { words: "Audio running", tone: "good" },
  runningInputOnly: { words: "Input only", tone: "warning" },
  degraded: { words: "Audio impaired", tone: "warning" },
  failed: { words: "No audio", tone: "bad" },
};

const WORDS = Object.values(PHASES).map(({ words }) => words);

/** A rate and a block size, as long as they usually are. */
const USUAL_FORMATS = ["48 kHz / 512"];

/**
 * What runs of the audio: in a word, with sample rate and block size. A click opens the rest: what is wrong and what to
 * do about it, and how often the audio had gaps.
 */
export function AudioStatusBadge({ status }: AudioStatusBadgeProps) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  if (status === null) {
    return null;
  }
  const { words, tone } = PHASES[status.phase];
  const gaps = status.underruns + status.overruns;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      setOpen(false);
    }
  };
  const onBlur = (event: FocusEvent<HTMLElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget) && document.hasFocus()) {
      setOpen(false);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only closes the panel that the button in it opens.
    <div className="wc-audio" onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        type="button"
        className="wc-badge"
        data-tone={tone}
        // A tooltip would cover the panel.
        title={open ? undefined : words}
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
      >
        <SteadyText className="wc-badge-state" among={WORDS}>
          <span>
            <span className="wc-badge-dot" />
            <span role="status">{words}</span>
          </span>
        </SteadyText>
        {/* Gaps come in the place of what the panel has as well. */}
        <SteadyText className={gaps > 0 ? "wc-badge-gaps" : "wc-badge-detail"} among={USUAL_FORMATS}>
          {gaps > 0 ? count(gaps, "gap") : format(status)}
        </SteadyText>
      </button>
      <div id={panel} className="wc-audio-panel" hidden={!open}>
        <AudioDetails status={status} />
      </div>
    </div>
  );
}

function AudioDetails({ status }: { status: AudioStatus }) {
  const { diagnostic, sample_rate, buffer_size, underruns, overruns } = status;
  const blockMs = sample_rate && buffer_size ? (buffer_size / sample_rate) * 1000 : undefined;
  return (
    <>
      {diagnostic && (
        <div className="wc-audio-diagnostic">
          <p>{diagnostic.message}</p>
          {diagnostic.hint && <p className="wc-audio-hint">{diagnostic.hint}</p>}
        </div>
      )}
      <dl className="wc-audio-facts">
        <dt>Sample rate</dt>
        <dd>{sample_rate === undefined ? "–" : `${sample_rate.toLocaleString("en")} Hz`}</dd>
        <dt>Block</dt>
        <dd>{buffer_size === undefined ? "–" : count(buffer_size, "frame")}</dd>
        <dt>Block length</dt>
        <dd>{blockMs === undefined ? "–" : `${blockMs.toFixed(1)} ms`}</dd>
        <dt>Output ran dry</dt>
        <dd>{count(underruns, "time")}</dd>
        <dt>Input found no room</dt>
        <dd>{count(overruns, "time")}</dd>
      </dl>
    </>
  );
}

/** Sample rate and block size as musicians write them: "44.1 kHz / 128". */
function format({ sample_rate, buffer_size }: AudioStatus): string {
  const parts: string[] = [];
  if (sample_rate !== undefined) {
    parts.push(`${Number((sample_rate / 1000).toFixed(2))} kHz`);
  }
  if (buffer_size !== undefined) {
    parts.push(String(buffer_size));
  }
  return parts.join(" / ");
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
