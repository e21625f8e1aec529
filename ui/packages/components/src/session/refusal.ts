import { ERROR_CODES, RpcRefusedError } from "@wavecraft/core";

/** What the user reads of something that did not work. */
export function wordsOf(error: unknown): string {
  return error instanceof RpcRefusedError ? error.reason : "The plugin did not answer. Try again.";
}

/** Whether there is a preset of that name, which may be replaced. */
export function isTaken(error: unknown): boolean {
  return error instanceof RpcRefusedError && error.code === ERROR_CODES.presetExists;
}
