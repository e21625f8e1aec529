// Empties a package's `dist`, so that nothing is packed whose source is gone. The folder itself stays: its coming and
// going would change the folder around it, which is among the sources of this repository's page.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

mkdirSync("dist", { recursive: true });
for (const name of readdirSync("dist")) rmSync(join("dist", name), { recursive: true });
