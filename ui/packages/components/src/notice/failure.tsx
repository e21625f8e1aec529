import { RpcRefusedError } from "@wavecraft/core";

/** What a failure takes. */
export type FailureProps = {
  /** What did not work. */
  words: string;
  /** Why. */
  error: Error | undefined;
  /** Tries it once more. */
  onRetry(): void;
};

/** That something could not be loaded, why, and a button to try again. */
export function Failure({ words, error, onRetry }: FailureProps) {
  const reason = error instanceof RpcRefusedError ? error.reason : error?.message;
  return (
    <div className="wc-failure" role="alert">
      {reason === undefined ? `${words}.` : `${words}: ${reason}.`}{" "}
      <button type="button" className="wc-session-button wc-preset-submit" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
