/** Whether the page reaches the plugin. */
export type ConnectionStatus = "connecting" | "connected" | "disconnected";

/** What a connection badge takes. */
export type ConnectionBadgeProps = {
  /** Whether the page reaches the plugin. */
  status: ConnectionStatus;
};

const WORDS: Record<ConnectionStatus, string> = {
  connecting: "Connecting…",
  connected: "Connected",
  disconnected: "Disconnected",
};

/** The colour of a badge's dot: all is well, something is under way, or something is wrong. */
const TONES: Record<ConnectionStatus, "good" | "waiting" | "bad"> = {
  connecting: "waiting",
  connected: "good",
  disconnected: "bad",
};

/** Whether the page reaches the plugin, in a word. */
export function ConnectionBadge({ status }: ConnectionBadgeProps) {
  return (
    <span className="wc-badge wc-connection" role="status" data-tone={TONES[status]}>
      <span className="wc-badge-dot" />
      {WORDS[status]}
    </span>
  );
}
