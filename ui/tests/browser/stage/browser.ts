import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts a Chromium that talks to nobody but the pages under test. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.WAVECRAFT_CHROMIUM ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) {
    throw new Error("there is no Chromium: install it, or name it in WAVECRAFT_CHROMIUM");
  }
  return chromium.launch({
    executablePath,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update", "--font-render-hinting=none"],
    ],
  });
}
