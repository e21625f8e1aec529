import { useMeterValues } from "@wavecraft/core/react";

const VOICES = 8;

/** A light for each voice that plays. */
export function VoiceLights() {
  const [playing = 0] = useMeterValues("voices") ?? [];
  return (
    <span className="lights" role="img" aria-label={`${playing} of ${VOICES} voices play`}>
      {Array.from({ length: VOICES }, (_, voice) => (
        <span key={voice} className="light" data-on={voice < playing} />
      ))}
    </span>
  );
}
