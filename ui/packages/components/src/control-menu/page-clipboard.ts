/** What was copied last on this page, for webviews that give no access to the system's clipboard. */
let copied = "";

/** Copies a text: to the system's clipboard where the page may, and for this page in any case. */
export async function copyText(text: string): Promise<void> {
  copied = text;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
}

/** The system's clipboard where the page may read it, otherwise what was copied last on this page. */
export async function copiedText(): Promise<string> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    return copied;
  }
}

/** The way of pages that are not served safely, in the course of a click or a key. */
function copyBySelection(text: string): void {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.className = "wc-visually-hidden";
  field.value = text;
  document.body.append(field);
  field.select();
  // There is no other way here, and nothing depends on its success.
  document.execCommand?.("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
}
