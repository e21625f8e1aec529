import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is: the one of `WAVECRAFT_CHROMIUM`, or the system's. */
export function browserProgram(): string | undefined {
  return process.env.WAVECRAFT_CHROMIUM ?? PLACES.find((place) => existsSync(place));
}

/** Starts a Chromium that talks to nobody but the pages under test. */
export function startBrowser(): Promise<Browser> {
  const executablePath = browserProgram();
  if (executablePath === undefined) throw new Error("there is no Chromium");
  return chromium.launch({
    executablePath,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update", "--font-render-hinting=none"],
    ],
  });
}
