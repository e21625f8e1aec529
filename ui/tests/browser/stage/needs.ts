import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { browserProgram } from "./browser.ts";

/** What these tests need of the machine, by the names that `cargo xtask setup` knows. */
const NEEDS: Record<string, () => string[]> = {
  "browser-tests": () => (browserProgram() === undefined ? ["Chromium"] : []),
  "test-sound": () => ["pulseaudio", "pactl", "paplay", "parecord"].filter((program) => !isThere(program)),
};

/** Vitest calls it once, before any test: what is missing is one failure, and not one for each test. */
export default function checkNeeds(): void {
  const named = process.env.WAVECRAFT_STAGE_NEEDS?.split(",");
  const unnamed = Object.keys(NEEDS).filter((name) => named !== undefined && !named.includes(name));
  if (unnamed.length > 0) {
    throw new Error(
      `these tests need ${unnamed.join(", ")}, which their stage of \`cargo xtask test\` does not name: add it to the stage`,
    );
  }
  const unmet = Object.entries(NEEDS).filter(([, missing]) => missing().length > 0);
  if (unmet.length > 0) {
    const parts = unmet.flatMap(([, missing]) => missing());
    const names = unmet.map(([name]) => name);
    throw new Error(
      `no test was run, because this machine lacks ${parts.join(", ")}; \`cargo xtask setup ${names.join(" ")}\` installs it`,
    );
  }
}

function isThere(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
