import { expect, test } from "vitest";
import { startBrowser } from "./stage/browser.ts";
import { SoundServer } from "./stage/sound-server.ts";

// `cargo xtask test --bare` runs this one alone, by its name.
test("the machine has what these tests need", async () => {
  const sound = await SoundServer.start();
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.setContent("<title>there</title>");
    expect(await page.title()).toBe("there");
  } finally {
    await browser.close();
    await sound.stop();
  }
});
