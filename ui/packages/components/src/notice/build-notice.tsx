import type { BuildStatus } from "@wavecraft/core";
import { firstError } from "./first-error.ts";

/** What a build notice takes. */
export type BuildNoticeProps = {
  /** What became of the last change to the plugin's source; null where nothing is built. */
  status: BuildStatus | null;
  /** Called when the user has read enough of a failure. The page then passes null until the next news. */
  onDismiss(): void;
};

/** That the plugin is being built, or what the build waits for, or the compiler's first error. A build that went well needs no notice. */
export function BuildNotice({ status, onDismiss }: BuildNoticeProps) {
  switch (status?.state) {
    case "building":
      return (
        <div className="wc-building" role="status">
          <span className="wc-building-bar" />
          {status.message === undefined ? "Building…" : `The build ${status.message}.`}
        </div>
      );
    case "failed":
      return (
        <div className="wc-build-failed" role="alert">
          <div className="wc-build-heading">
            <strong>Build failed</strong>
            <span>The sound is that of the last build that went well.</span>
            <button type="button" className="wc-build-dismiss" aria-label="Dismiss" onClick={onDismiss}>
              <svg viewBox="0 0 16 16" aria-hidden="true">
                <path d="M4 4l8 8M12 4l-8 8" />
              </svg>
            </button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard. */}
          <pre className="wc-build-error" tabIndex={0}>
            {firstError(status.message ?? "The compiler did not say why.")}
          </pre>
        </div>
      );
    default:
      return null;
  }
}
