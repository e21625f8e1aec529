import type { RpcAnswer, RpcNotification } from "../protocol/index.ts";

/** Reads a text from the plugin; undefined if it is neither an answer nor a notification. */
export function readMessage(text: string): RpcAnswer | RpcNotification | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(message)) return undefined;
  // The plugin's side is generated from the same types, so that a look at the frame is enough.
  if (typeof message.method === "string") {
    return isObject(message.params) ? (message as RpcNotification) : undefined;
  }
  const isAnswer = "id" in message && (isObject(message.result) || isObject(message.error));
  return isAnswer ? (message as RpcAnswer) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
