/** The first line of an error of rustc or cargo: "error: …", "error[E0308]: …". */
const ERROR_LINE = /^error(\[\w+\])?:/;
/** The first line of what follows an error. */
const NEXT_LINE = /^(error|warning)(\[\w+\])?:/;

/**
 * The first error in the output of a build, with the lines that explain it; the whole output where none is found.
 *
 * Later errors are often consequences of the first one.
 */
export function firstError(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const start = lines.findIndex((line) => ERROR_LINE.test(line));
  if (start < 0) {
    return output.trim();
  }
  const length = lines.slice(start + 1).findIndex((line) => NEXT_LINE.test(line));
  const error = length < 0 ? lines.slice(start) : lines.slice(start, start + 1 + length);
  return error.join("\n").trimEnd();
}
