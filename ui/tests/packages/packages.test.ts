import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../browser/stage/dev-server.ts";
import { end, start, until } from "../browser/stage/processes.ts";

const UI_FOLDER = fileURLToPath(new URL("../..", import.meta.url));
const GUIDE = join(UI_FOLDER, "../docs/guide");
const PACKAGES = ["core", "components", "vite"];
const LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"];

/** npm may have to fetch what no other project on this machine has asked for, in milliseconds. */
const INSTALL_LIMIT_MS = 300_000;
const BUILD_LIMIT_MS = 60_000;

/** Without what is set for the tests themselves, such as the mode. */
const { NODE_ENV, VITEST, ...environment } = process.env;

async function run(folder: string, program: string, ...words: string[]): Promise<string> {
  const options = { cwd: folder, env: environment, shell: process.platform === "win32" };
  return promisify(execFile)(program, words, options).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => Promise.reject(new Error(`${program} ${words.join(" ")}:\n${stdout}${stderr}`)),
  );
}

/** The page of a plugin project, outside of this repository, with the packages as they would be published. */
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "wavecraft-packages-"));
  await cp(join(UI_FOLDER, "tests/packages/project"), project, { recursive: true });
  const manifest = JSON.parse(await readFile(join(project, "package.json"), "utf8"));
  for (const name of PACKAGES) {
    const folder = join(UI_FOLDER, "packages", name);
    const said = await run(folder, "npm", "pack", "--json", "--pack-destination", project);
    const [{ filename }] = JSON.parse(said.slice(said.indexOf("[\n")));
    manifest.dependencies[`@wavecraft/${name}`] = `file:${filename}`;
  }
  // This repository's own compiler serves as well, and is large.
  delete manifest.devDependencies.typescript;
  await writeFile(join(project, "package.json"), JSON.stringify(manifest));
  await run(project, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund");
}, INSTALL_LIMIT_MS);

afterAll(() => rm(project, { recursive: true, force: true }));

const installed = (name: string, ...path: string[]) =>
  join(project, "node_modules", "@wavecraft", name, ...path);

/** Builds the page, and returns the sources that went into it. */
async function sourcesOfBuild(...options: string[]): Promise<string[]> {
  await run(project, join(project, "node_modules/.bin/vite"), "build", "--sourcemap", ...options);
  const assets = join(project, "dist/assets");
  const maps = (await readdir(assets)).filter((name) => name.endsWith(".js.map"));
  const sources = maps.map(async (name) => JSON.parse(await readFile(join(assets, name), "utf8")).sources);
  return (await Promise.all(sources)).flat();
}

/** The folders of the Reacts that went into a build. */
const reacts = (sources: string[]) =>
  [...new Set(sources.map((source) => source.match(/^.*\/node_modules\/react(?=\/)/)?.[0]))].filter(
    (folder) => folder !== undefined,
  );

const check = (...options: string[]) => run(project, join(UI_FOLDER, "node_modules/.bin/tsc"), ...options);

describe.each(PACKAGES)("@wavecraft/%s", (name) => {
  const folder = join(UI_FOLDER, "packages", name);

  test("holds its licences and what it says it is, and no tests", async () => {
    const manifest = JSON.parse(await readFile(installed(name, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ name: `@wavecraft/${name}`, license: "MIT OR Apache-2.0" });
    const files = await readdir(installed(name), { recursive: true });
    expect(["README.md", ...LICENCES].filter((file) => !files.includes(file))).toEqual([]);
    expect(files.filter((file) => /test|gallery|tsconfig\.build/.test(file))).toEqual([]);
  });

  test("is under the licences of this repository", async () => {
    for (const licence of LICENCES) {
      const own = await readFile(join(folder, licence), "utf8");
      expect(own).toBe(await readFile(join(UI_FOLDER, "..", licence), "utf8"));
    }
  });

  test("has this repository's version", async () => {
    const { version, peerDependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    // One version for all, so that they fit each other.
    expect(peerDependencies?.["@wavecraft/core"] ?? version).toBe(version);
    const workspace = await readFile(join(UI_FOLDER, "../Cargo.toml"), "utf8");
    expect(workspace).toContain(`\nversion = "${version}"\n`);
  });
});

describe("a project's page", () => {
  test(
    "is built from the packages' sources",
    async () => {
      const sources = await sourcesOfBuild();
      expect(sources.some((source) => source.endsWith("@wavecraft/core/src/client.ts"))).toBe(true);
      expect(sources.filter((source) => source.includes("@wavecraft/core/dist/"))).toEqual([]);
      expect(reacts(sources)).toHaveLength(1);
      const styles = (await readdir(join(project, "dist/assets"))).filter((file) => file.endsWith(".css"));
      expect(await readFile(join(project, "dist/assets", String(styles[0])), "utf8")).toContain(".wc-knob");
      expect(await readFile(join(project, "dist/index.html"), "utf8")).toContain('src="./assets/');
    },
    BUILD_LIMIT_MS,
  );

  test(
    "and the examples of the packages' READMEs pass the type check",
    async () => {
      let examples = 0;
      await mkdir(join(project, "examples"));
      for (const name of PACKAGES) {
        const readme = await readFile(installed(name, "README.md"), "utf8");
        for (const [, extension, text] of readme.matchAll(/```(tsx?)\n(.*?)```/gs)) {
          // Ids are registered once in a project.
          if (text?.includes("interface Register")) continue;
          examples += 1;
          await writeFile(join(project, `examples/${name}-${examples}.${extension}`), String(text));
        }
      }
      expect(examples).toBe(5);
      await check();
    },
    BUILD_LIMIT_MS,
  );

  test(
    "takes the examples of the guide, with the parameters, meters and signals of the guide's plugins",
    async () => {
      const folder = join(project, "guide");
      onTestFinished(() => rm(folder, { recursive: true }));
      const ids = ["bypass", "gain", "rate", "depth", "shape", "level"]
        .map((id) => JSON.stringify(id))
        .join(" | ");
      const generated = await readFile(join(project, "generated/parameters.ts"), "utf8");
      await mkdir(folder);
      const meters = ["after", "reduction", "release_ms"].map((id) => JSON.stringify(id)).join(" | ");
      const signals = ["before", "after", "swing"].map((id) => JSON.stringify(id)).join(" | ");
      const registered = generated
        .replace(/(parameterId: ).*;/, `$1${ids};`)
        .replace(/(\bmeterId: ).*;/, `$1${meters};`)
        .replace(/(\bsignalId: ).*;/, `$1${signals};`);
      await writeFile(join(folder, "parameters.ts"), registered);
      await writeFile(join(folder, "style.css"), "");
      await writeFile(join(folder, "tsconfig.json"), '{ "extends": "../tsconfig.json", "include": ["."] }');
      const theme = await readFile(installed("components", "src/theme.css"), "utf8");
      let examples = 0;
      for (const page of await readdir(GUIDE)) {
        const text = await readFile(join(GUIDE, page), "utf8");
        for (const [, example] of text.matchAll(/```tsx\n(.*?)```/gs)) {
          examples += 1;
          await writeFile(join(folder, `${page}-${examples}.tsx`), String(example));
        }
        const properties = text.match(/--wc-[a-z-]+/g) ?? [];
        expect(properties.filter((property) => !theme.includes(`${property}:`))).toEqual([]);
      }
      expect(examples).toBeGreaterThan(5);
      await check("-p", folder);
    },
    BUILD_LIMIT_MS,
  );

  test(
    "is served from the packages' sources while it is developed, at the port of the development server's choice",
    async () => {
      const server = `http://127.0.0.1:${await freePort()}`;
      const program = join(project, "node_modules/vite/bin/vite.js");
      const vite = await start(process.execPath, [program, "--strictPort", "--port", new URL(server).port], {
        cwd: project,
        env: { ...environment, VITE_WAVECRAFT_SERVER: "ws://127.0.0.1:9123" },
        stdio: ["pipe", "ignore", "inherit"],
      });
      onTestFinished(() => end(vite));
      const module = async (path: string) => (await fetch(server + path)).text();
      await until("Vite answers", () => fetch(server).then(Boolean, () => false));
      const core = "/node_modules/@wavecraft/core/src";
      expect(await module("/app.tsx")).toContain(`${core}/react/index.ts`);
      expect(await module(`${core}/react/mount-page.tsx`)).toContain("/node_modules/.vite/deps/react.js");
      expect(await module(`${core}/transport/server-url.ts`)).toContain("ws://127.0.0.1:9123");
    },
    BUILD_LIMIT_MS,
  );

  test(
    "can be built and checked with what the packages were built to",
    async () => {
      const config = 'import react from "@vitejs/plugin-react";\nexport default { plugins: [react()] };\n';
      await writeFile(join(project, "plain.config.js"), config);
      const sources = await sourcesOfBuild("--config", "plain.config.js");
      expect(sources.filter((source) => source.includes("@wavecraft/core/src/"))).toEqual([]);
      expect(reacts(sources)).toHaveLength(1);
      await check("--customConditions", "null");
    },
    BUILD_LIMIT_MS,
  );

  test(
    "has one React even with packages that are linked and find another",
    async () => {
      for (const name of ["core", "components"]) {
        await rm(installed(name), { recursive: true });
        await symlink(join(UI_FOLDER, "packages", name), installed(name), "junction");
      }
      expect(reacts(await sourcesOfBuild())).toHaveLength(1);
    },
    BUILD_LIMIT_MS,
  );
});
