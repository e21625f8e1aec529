import type { AudioPhase, AudioStatus } from "@wavecraft/core";
import { useState } from "react";
import { AudioStatusBadge, BuildNotice, ConnectionBadge, ResizeCorner } from "../src/index.ts";
import { Section, Specimen } from "./specimen.tsx";

const RUNNING = { sample_rate: 48_000, buffer_size: 128, underruns: 0, overruns: 0, updated_at_ms: 0 };

const AUDIO: Record<AudioPhase, AudioStatus> = {
  disabled: {
    phase: "disabled",
    underruns: 0,
    overruns: 0,
    updated_at_ms: 0,
    diagnostic: {
      code: "vtableMissing",
      message: "The plugin's library exports no processor.",
      hint: "Export it with export_dev_processor! and build again.",
    },
  },
  initializing: { phase: "initializing", underruns: 0, overruns: 0, updated_at_ms: 0 },
  runningFullDuplex: { ...RUNNING, phase: "runningFullDuplex" },
  runningInputOnly: {
    ...RUNNING,
    phase: "runningInputOnly",
    diagnostic: {
      code: "noOutputDevice",
      message: "There is no output device, so the sound is metered and not played.",
      hint: "Connect headphones or loudspeakers; the server notices.",
    },
  },
  degraded: { ...RUNNING, sample_rate: 44_100, underruns: 12, phase: "degraded" },
  failed: {
    phase: "failed",
    underruns: 0,
    overruns: 0,
    updated_at_ms: 0,
    diagnostic: {
      code: "streamStartFailed",
      message: "The device “USB Audio” refused 48,000 Hz.",
      hint: "Choose another rate with --sample-rate, or another device with --input-device.",
    },
  },
};

const COMPILER_MESSAGE = `warning: unused variable: \`gain\`
 --> src/dsp.rs:12:9

error[E0308]: mismatched types
  --> src/dsp/drive.rs:88:24
   |
88 |     let shaped: f32 = "loud";
   |                 ---   ^^^^^^ expected \`f32\`, found \`&str\`
   |                 |
   |                 expected due to this

error: could not compile \`wavecraft\` (lib) due to 1 previous error`;

/** Badges, notices and the corner. */
export function NoticeGallery() {
  const [size, setSize] = useState("not asked for yet");
  return (
    <>
      <Section title="Connection badge">
        {(["connecting", "connected", "disconnected"] as const).map((status) => (
          <Specimen key={status} note={status}>
            <ConnectionBadge status={status} />
          </Specimen>
        ))}
      </Section>
      <Section title="Audio status badge">
        {Object.values(AUDIO).map((status) => (
          <Specimen key={status.phase} note={status.phase}>
            <AudioStatusBadge status={status} />
          </Specimen>
        ))}
      </Section>
      <Section title="Build notice">
        <Specimen note="building">
          <BuildNotice status={{ state: "building" }} onDismiss={() => {}} />
        </Specimen>
        <Specimen note="failed" wide>
          <FailedBuild />
        </Specimen>
      </Section>
      <Section title="Resize corner">
        <Specimen note={`at the lower right of the window; size asked for: ${size}`}>
          <ResizeCorner
            onResize={(width, height) => setSize(`${width} x ${height}`)}
            minWidth={640}
            minHeight={400}
            maxWidth={1600}
            maxHeight={1000}
          />
        </Specimen>
      </Section>
    </>
  );
}

function FailedBuild() {
  const [dismissed, setDismissed] = useState(false);
  return (
    <BuildNotice
      status={dismissed ? null : { state: "failed", message: COMPILER_MESSAGE }}
      onDismiss={() => setDismissed(true)}
    />
  );
}
