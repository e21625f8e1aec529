// Keeps a plugin's window from behaving like a browser's: nothing takes the page away or makes it larger, and there is no menu
// but that of a text. $DEVELOPER_TOOLS says whether reloading and inspecting are wanted, $TAKES_KEYS whether the webview acts
// on a browser's keys by itself: the host gets those that the page does not prevent. What a page handles itself is left to it.
(() => {
  "use strict";
  const DEVELOPER_TOOLS = $DEVELOPER_TOOLS;
  const TAKES_KEYS = $TAKES_KEYS;
  const TEXT_FIELDS = "input, textarea, [contenteditable]";
  const listen = (names, listener) => {
    for (const name of names.split(" ")) {
      window.addEventListener(name, listener, { passive: false });
    }
  };
  const refuse = (event) => event.preventDefault();

  // What is dropped would be opened in the page's place. A text may go into a field.
  listen("dragenter dragover drop", (event) => {
    const { dataTransfer, target } = event;
    const isText = dataTransfer !== null && !dataTransfer.types.includes("Files");
    if (event.defaultPrevented || (isText && target instanceof Element && target.matches(TEXT_FIELDS))) {
      return;
    }
    event.preventDefault();
    if (dataTransfer !== null) {
      dataTransfer.dropEffect = "none";
    }
  });
  listen("dragstart", (event) => {
    const { target } = event;
    if (target instanceof Element && target.closest("a, img, [draggable]")?.matches("[draggable]") === false) {
      event.preventDefault();
    }
  });

  // A mouse's buttons for back and forward.
  listen("mousedown mouseup auxclick", (event) => {
    if (event.button > 2) {
      event.preventDefault();
    }
  });

  listen("wheel", (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
    }
  });
  listen("gesturestart gesturechange gestureend", refuse);
  listen("touchstart touchmove", (event) => {
    if (event.touches.length > 1 && event.cancelable) {
      event.preventDefault();
    }
  });

  if (DEVELOPER_TOOLS) {
    return;
  }
  listen("contextmenu", (event) => {
    const { target } = event;
    const isText = target instanceof Element && target.matches(TEXT_FIELDS);
    const selection = getSelection();
    const isSelected = selection?.isCollapsed === false && selection.containsNode(target, true);
    if (!isText && !isSelected) {
      event.preventDefault();
    }
  });

  const isBrowserKey = ({ key, ctrlKey, altKey }) =>
    /^(F[357]|F12|Browser.*)$/.test(key) ||
    (altKey && !ctrlKey && /^(ArrowLeft|ArrowRight|Home)$/.test(key)) ||
    (ctrlKey && !altKey && /^[dfghjnoprstuw0+=-]$/i.test(key));
  if (TAKES_KEYS) {
    listen("keydown", (event) => {
      if (isBrowserKey(event)) {
        event.preventDefault();
      }
    });
  }
})();
