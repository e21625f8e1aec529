import type { ChildProcess } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { end, start, until } from "./processes.ts";

const UI_FOLDER = fileURLToPath(new URL("../../..", import.meta.url));

/** A development server with the built page, as `cargo xtask dev --release` runs it. */
export class DevServer {
  /** Where the page is. */
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /** Starts it on a port, with the plugin's library and page unless the options name others. */
  static async start(port: number, options: string[], environment = process.env): Promise<DevServer> {
    const library = options.includes("--library") ? [] : ["--library", variable("WAVECRAFT_LIBRARY")];
    const page = options.includes("--ui-dir") ? [] : ["--ui-dir", UI_FOLDER];
    const child = await start(
      variable("WAVECRAFT_DEV_SERVER"),
      [
        ...[...library, ...page, "--release"],
        ...["--plugin-name", "Wavecraft", "--presets-dir", join(UI_FOLDER, "../presets")],
        ...["--port", String(port), ...options],
      ],
      {
        // The presets of whoever runs the tests are no part of them.
        env: { ...environment, XDG_DATA_HOME: await mkdtemp(join(tmpdir(), "wavecraft-user-")) },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let said = "";
    child.stdout?.on("data", (text: Buffer) => {
      said += text.toString();
    });
    await until("the development server runs", () => {
      if (child.exitCode !== null) throw new Error(`the development server has ended: ${said}`);
      return said.includes("Ctrl-C stops it");
    });
    return new DevServer(`http://127.0.0.1:${port}/`, child);
  }

  /** Ends it. */
  stop(): Promise<void> {
    return end(this.#child);
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these tests are run by \`cargo xtask test\``);
  return value;
}
