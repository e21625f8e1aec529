import type { Readable } from "../store.ts";

/**
 * Whether the page reaches the plugin. "connecting" is the first attempt alone; once that has failed, or the connection
 * was lost, it is "disconnected" until there is one, however many attempts that takes.
 */
export type ConnectionStatus = "connecting" | "connected" | "disconnected";

/** A way for texts between the page and the plugin. Texts arrive in the order in which they were sent. */
export type Transport = {
  /** How it stands. */
  readonly status: Readable<ConnectionStatus>;
  /** Connects, and goes on trying until `close`. Starting what is started does nothing; what was closed starts again. */
  start(): void;
  /** Disconnects. Closing what is closed does nothing. */
  close(): void;
  /** Sends a text. Says false, and nothing is sent then or later, unless it is connected. */
  send(text: string): boolean;
  /** Calls `listener` with every text that arrives, until the function that it returns is called. */
  onMessage(listener: (text: string) => void): () => void;
};
