import type { MethodName, Methods } from "../protocol/index.ts";
import { TimeoutError } from "./errors.ts";
import type { RpcClient } from "./rpc-client.ts";

/** What to do when the connection comes and goes. */
export type ConnectionEvents = {
  /** It is there, for the first time or again. */
  onConnect?(): void;
  /** It is gone. What was pending has been rejected. */
  onLoss?(): void;
};

/** Calls what is due whenever the connection comes or goes, and at once if it is there. */
export function followConnection(rpc: RpcClient, { onConnect, onLoss }: ConnectionEvents): void {
  let isConnected = false;
  const follow = () => {
    if ((rpc.status.read() === "connected") === isConnected) return;
    isConnected = !isConnected;
    if (isConnected) onConnect?.();
    else onLoss?.();
  };
  rpc.status.subscribe(follow);
  follow();
}

/** Methods that need no params. */
type Question = {
  [M in MethodName]: Record<string, never> extends Methods[M]["params"] ? M : never;
}[MethodName];

/** Asks a question until there is an answer or a refusal, or the connection is gone. */
export function askPatiently<M extends Question>(
  rpc: RpcClient,
  method: M,
  onAnswer: (result: Methods[M]["result"]) => void,
): void {
  rpc.call(method, {}, ({ result, error }) => {
    if (error === undefined) onAnswer(result);
    else if (error instanceof TimeoutError) askPatiently(rpc, method, onAnswer);
  });
}
