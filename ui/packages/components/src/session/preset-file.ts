/** No preset is longer, in bytes. */
const LARGEST_BYTES = 1 << 20;

/** The text of a file that the user has chosen; rejects with an `Error` in the user's words. */
export async function textOfFile(file: File): Promise<string> {
  if (file.size > LARGEST_BYTES) throw new Error(`“${file.name}” is too large for a preset.`);
  try {
    return await file.text();
  } catch {
    throw new Error(`“${file.name}” cannot be read.`);
  }
}

/** Hands a text to the browser as a download. */
export function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/toml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
