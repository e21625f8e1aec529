import { PROTOCOL_VERSION } from "@wavecraft/core";
import {
  useAllParameters,
  useBuildStatus,
  useConnectionStatus,
  usePluginInfo,
  useWavecraft,
} from "@wavecraft/core/react";
import { useEffect, useState } from "react";
import { BuildNotice } from "./build-notice.tsx";
import { Failure } from "./failure.tsx";

/** A connection that comes up within this time is not worth a word, in milliseconds. */
const PATIENCE_MS = 700;

/**
 * What the user has to know, at the bottom of the page: that nothing is connected, that a build has failed, that the parameters
 * could not be loaded, or that page and plugin speak different versions of the protocol.
 */
export function Notices() {
  const { status, dismiss } = useBuildStatus();
  const connection = useConnectionStatus();
  const { status: loading, error } = useAllParameters();
  const { parameters } = useWavecraft();
  const protocol = usePluginInfo()?.protocol ?? PROTOCOL_VERSION;
  const isPatient = useIsOver(connection !== "connected", PATIENCE_MS);
  return (
    <div className="wc-notices">
      <BuildNotice status={status} onDismiss={dismiss} />
      {protocol !== PROTOCOL_VERSION && (
        <p className="wc-notice" role="alert">
          <strong>Page and plugin do not fit.</strong>{" "}
          {`The page speaks version ${PROTOCOL_VERSION} of the protocol, the plugin version ${protocol}. `}
          Build both anew, from the same version of Wavecraft.
        </p>
      )}
      {loading === "error" && connection === "connected" && (
        <div className="wc-notice">
          <Failure
            words="The parameters could not be loaded"
            error={error}
            onRetry={() => parameters.reload()}
          />
        </div>
      )}
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
