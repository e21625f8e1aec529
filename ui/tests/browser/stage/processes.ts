import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** How long a program may take to end by itself after it was asked to, in milliseconds. */
const END_LIMIT_MS = 3_000;

/** Starts a program. One that cannot be started fails the test with its name. */
export async function start(
  program: string,
  args: string[],
  options: SpawnOptions = {},
): Promise<ChildProcess> {
  const child = spawn(program, args, options);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new Error(`${program} did not start: ${error.message}`)));
  });
  return child;
}

/** Asks a program to end, and makes it if it does not. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), END_LIMIT_MS);
  await ended;
  clearTimeout(impatience);
}

/** Waits until something holds; what does not is named. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > limitMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
