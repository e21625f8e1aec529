// Puts the style sheets beside the scripts that `tsc` has written.
import { cpSync, statSync } from "node:fs";

cpSync("src", "dist", {
  recursive: true,
  filter: (source) => source.endsWith(".css") || statSync(source).isDirectory(),
});
