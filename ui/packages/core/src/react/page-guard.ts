/** A mouse's buttons by which browsers go back and forward. */
const HISTORY_BUTTONS = [3, 4];

/**
 * Keeps accidents from taking the page away, for as long as the document lives: something dropped on it, which a browser
 * would open instead, and a mouse's buttons for back and forward. What a page handles itself, such as files dropped where
 * it takes some, is left to it, and whatever people do on purpose is left to the browser: reloading, zooming, the menu.
 */
export function guardPage(): void {
  // The same function is added but once, however often a page is mounted.
  for (const name of ["dragenter", "dragover", "drop"] as const) {
    window.addEventListener(name, refuseDrop);
  }
  window.addEventListener("dragstart", refuseDrag);
  for (const name of ["mousedown", "mouseup", "auxclick"] as const) {
    window.addEventListener(name, refuseHistory);
  }
}

function refuseDrop(event: DragEvent): void {
  const { dataTransfer, target } = event;
  const isText = dataTransfer?.types.includes("Files") === false && target instanceof Element;
  if (event.defaultPrevented || (isText && target.matches("input, textarea, [contenteditable]"))) return;
  event.preventDefault();
  if (dataTransfer !== null) dataTransfer.dropEffect = "none";
}

/** Links and pictures can be dragged without anybody having meant it. */
function refuseDrag(event: DragEvent): void {
  const { target } = event;
  if (target instanceof Element && target.closest("a, img, [draggable]")?.matches("[draggable]") === false) {
    event.preventDefault();
  }
}

function refuseHistory(event: MouseEvent): void {
  if (HISTORY_BUTTONS.includes(event.button)) event.preventDefault();
}
