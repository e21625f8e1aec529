import type { RpcError } from "../protocol/index.ts";

/** There is no connection, or it was lost before the answer came. Whether the request was carried out is unknown. */
export class DisconnectedError extends Error {
  override readonly name = "DisconnectedError";

  constructor(method: string) {
    super(`${method}: there is no connection to the plugin`);
  }
}

/** No answer came in time. Whether the request was carried out is unknown. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";

  constructor(method: string, timeout_ms: number) {
    super(`${method}: no answer within ${timeout_ms} ms`);
  }
}

/** The plugin refused the request, which has changed nothing. */
export class RpcRefusedError extends Error {
  override readonly name = "RpcRefusedError";
  /** Why: one of `ERROR_CODES`. */
  readonly code: RpcError["code"];
  /** Why, in words for the user. */
  readonly reason: string;

  constructor(method: string, error: RpcError) {
    super(`${method}: ${error.message}`);
    this.code = error.code;
    this.reason = error.message;
  }
}
