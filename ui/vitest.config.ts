import { wavecraft } from "@wavecraft/vite";
import { defineConfig, mergeConfig } from "vitest/config";

const tests = defineConfig({
  test: {
    projects: [
      {
        // Transports, stores and the page's formulas: no DOM, so that nothing of it can creep in.
        extends: true,
        test: {
          name: "core",
          environment: "node",
          include: ["packages/*/tests/*.test.ts", "src/**/*.test.ts", "tests/packages/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "react",
          environment: "jsdom",
          include: ["packages/*/tests/**/*.test.tsx", "src/**/*.test.tsx"],
        },
      },
      {
        // The built page in a browser, against the real development server: `cargo xtask test` says where that is.
        extends: true,
        test: {
          name: "browser",
          environment: "node",
          include: ["tests/browser/*.test.ts"],
          globalSetup: ["tests/browser/stage/needs.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A busy machine draws and answers late; the usual second is about its speed.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        // Frames a second of the built page: `cargo xtask bench` runs it.
        extends: true,
        test: {
          name: "bench",
          environment: "node",
          include: ["tests/bench/*.bench.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

export default mergeConfig(wavecraft(), tests);
