import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** Shared with the tests in Rust that edit sources, so that what both need is built once. */
const FOLDER = join(ROOT, "target/tmp/dev_server_reload");

/** What is no source of the plugin, and is not copied. */
const LEFT_OUT = ["target", "ui", "node_modules", ".git", ".venv"];

/** The longest that the first build may take, which compiles everything, in milliseconds. */
export const FIRST_BUILD_LIMIT_MS = 600_000;

/** A copy of the plugin's sources, to be edited while the development server plays what is built from them. */
export class PluginSources {
  /** What programs need in their environment that build it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly #root = join(FOLDER, "workspace");
  readonly #target = join(FOLDER, "target");
  readonly #cargo = process.env.CARGO ?? "cargo";

  private constructor() {
    // Build scripts that watch what cargo tells of the package that it runs would run anew.
    const foreign = (name: string) => /^CARGO_(PKG|MANIFEST)_/.test(name);
    const own = Object.entries(process.env).filter(([name]) => !foreign(name));
    this.environment = { ...Object.fromEntries(own), CARGO_TARGET_DIR: this.#target };
  }

  /** The sources as they are, and the library built from them. */
  static async copy(): Promise<PluginSources> {
    const sources = new PluginSources();
    await copyChanged(ROOT, sources.#root);
    const [program = "", ...args] = sources.#build;
    await promisify(execFile)(program, args, { env: sources.environment });
    return sources;
  }

  /** What the server needs to play it and to build it anew, with copies of the library in a folder. */
  serverOptions(copies: string): string[] {
    return [
      ...["--library", this.#library, "--copies-dir", copies],
      ...["--watch", join(this.#root, "src"), "--", ...this.#build],
    ];
  }

  /** Changes a source in one place, as an editor would. */
  async edit(file: string, from: string, to: string): Promise<void> {
    const path = join(this.#root, file);
    const source = await readFile(path, "utf8");
    if (!source.includes(from)) throw new Error(`${file} no longer has ${from}, which is to be edited`);
    await writeFile(path, source.replace(from, to));
  }

  /** As `cargo xtask dev` builds it. */
  get #build(): string[] {
    return [
      ...[this.#cargo, "rustc", "--package", "wavecraft", "--lib", "--crate-type", "cdylib"],
      ...["--no-default-features", "--profile", "live"],
      ...["--message-format", "json", "--manifest-path", join(this.#root, "Cargo.toml")],
    ];
  }

  get #library(): string {
    const names: Partial<Record<NodeJS.Platform, string>> = {
      darwin: "libwavecraft.dylib",
      win32: "wavecraft.dll",
    };
    return join(this.#target, "live", names[process.platform] ?? "libwavecraft.so");
  }
}

/** Copies what has changed: what has not keeps its time, so that it is not built again. What is gone is removed. */
async function copyChanged(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(to)) {
    if (!existsSync(join(from, name))) await rm(join(to, name), { recursive: true });
  }
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (LEFT_OUT.includes(entry.name)) continue;
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await copyChanged(source, copy);
      continue;
    }
    const content = await readFile(source);
    const before = await readFile(copy).catch(() => null);
    if (before === null || !before.equals(content)) await writeFile(copy, content);
  }
}
