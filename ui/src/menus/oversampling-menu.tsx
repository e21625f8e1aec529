import { MenuButton, SteadyText } from "@wavecraft/components";
import { useAudioStatus, useParameter } from "@wavecraft/core/react";
import { decimal } from "../numbers.ts";
import { stepOf } from "../plain.ts";
import latencies from "../response/latencies.json" with { type: "json" };
import { choices, withSign } from "./choices.ts";

/**
 * Oversampling: its factor, which decides how late the sound is, and the factor while a host renders faster than one hears,
 * which changes nothing about that.
 */
export function OversamplingMenu() {
  const live = useParameter("oversampling");
  const offline = useParameter("offline_oversampling");
  const rateHz = useAudioStatus()?.sample_rate;
  if (live === undefined || offline === undefined) return null;

  const latencyOf = (step: number) => {
    const samples = latencies.samples[step] ?? 0;
    const milliseconds = rateHz === undefined ? "" : `, ${decimal((1_000 * samples) / rateHz)} ms`;
    return samples === 0 ? "no latency" : `${samples} samples${milliseconds}`;
  };
  return (
    <MenuButton
      // It begins with what is seen, for those who say what they see.
      label={`${live.info.name} ${withSign(live.text)}, ${latencyOf(stepOf(live))}`}
      className="menu-choice"
      data-parameter={live.info.id}
      groups={[choices(live, latencyOf), choices(offline)]}
    >
      <svg className="menu-choice-icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M1 12h2.500V8H6V4h4v4h2.500v4H15" />
      </svg>
      <span className="menu-choice-name">{live.info.name}</span>{" "}
      <SteadyText among={live.info.variants ?? []}>{withSign(live.text)}</SteadyText>
    </MenuButton>
  );
}
