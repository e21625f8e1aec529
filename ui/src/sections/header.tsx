import { AudioStatusBadge, ConnectionBadge, Switch } from "@wavecraft/components";
import { useAllParameters, useAudioStatus, useConnectionStatus, useParameter } from "@wavecraft/core/react";
import { PLACED } from "../parameter-ids.ts";

/** The name, how things stand, and the bypass. */
export function Header() {
  const connection = useConnectionStatus();
  const audioStatus = useAudioStatus();
  // The badge stands to the left of the bypass, and would be moved by it.
  const isLoading = useAllParameters().status === "loading";
  const bypass = useParameter(PLACED.bypass);
  return (
    <header className="header">
      <h1 className="wordmark">
        <svg viewBox="0 0 40 16" aria-hidden="true">
          <path d="M1.500 8c5-8.700 10.500-8.700 18.500 0s13.500 8.700 18.500 0" />
        </svg>
        Wavecraft
      </h1>
      <div className="header-state">
        {connection === "connected" && !isLoading && <AudioStatusBadge status={audioStatus} />}
        {connection !== "connected" && <ConnectionBadge status={connection} />}
        {bypass && <Switch control={bypass} tone="neutral" />}
      </div>
    </header>
  );
}
