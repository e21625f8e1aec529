import { useBuildStatus, useConnectionStatus } from "@wavecraft/core/react";
import { useEffect, useState } from "react";
import { BuildNotice } from "./build-notice.tsx";

/** A connection that comes up within this time is not worth a word, in milliseconds. */
const PATIENCE_MS = 700;

/** What the user has to know, at the bottom of the page: that nothing is connected, or that a build has failed. */
export function Notices() {
  const { status, dismiss } = useBuildStatus();
  const connection = useConnectionStatus();
  const isPatient = useIsOver(connection !== "connected", PATIENCE_MS);
  return (
    <div className="wc-notices">
      <BuildNotice status={status} onDismiss={dismiss} />
      {isPatient && (
        <p className="wc-notice" role="status">
          <strong>No plugin to talk to.</strong> Start it with <code>cargo xtask dev</code>; this page
          connects by itself.
        </p>
      )}
    </div>
  );
}

/** Whether something has been so for some time. */
function useIsOver(condition: boolean, time_ms: number): boolean {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    if (!condition) {
      setIsOver(false);
      return;
    }
    const timer = setTimeout(() => setIsOver(true), time_ms);
    return () => clearTimeout(timer);
  }, [condition, time_ms]);
  return isOver && condition;
}
