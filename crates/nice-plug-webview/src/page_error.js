// Shows what a page has thrown, or which of its scripts was not loaded, when the window would be empty otherwise. A page that
// shows anything is left alone, and what a page shows later takes the message away.
(() => {
  "use strict";
  // A page may bring this script as well, for browsers.
  const INSTALLED = Symbol.for("page-error");
  if (window[INSTALLED]) {
    return;
  }
  window[INSTALLED] = true;

  // A page may go on after an error, and show something by itself.
  const PATIENCE_MS = 300;
  const RECHECK_MS = 50;
  const GRAPHICS =
    "img, svg, canvas, video, iframe, embed, object, input, button, select, textarea, progress, meter, hr";

  let message = null;

  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");

  const hasPseudoElement = (element) =>
    ["::before", "::after"].some((name) => {
      const { content } = getComputedStyle(element, name);
      return content !== "" && content !== "none" && content !== "normal";
    });

  const isOpaque = (colour) => colour !== "" && colour !== "transparent" && !/[,/]\s*0\)$/.test(colour);

  const hasBox = (element, { width, height }) => {
    const style = getComputedStyle(element);
    if (style.backgroundImage.includes("url(")) {
      return true;
    }
    // A colour behind everything is an empty window's as well.
    const isGround = width >= innerWidth && height >= innerHeight;
    const hasBorder = ["Top", "Right", "Bottom", "Left"].some(
      (side) => Number.parseFloat(style[`border${side}Width`]) > 0,
    );
    const hasGround =
      isOpaque(style.backgroundColor) || !["", "none"].includes(style.backgroundImage) || hasBorder;
    return hasGround && !isGround;
  };

  const isSeen = (element) => {
    const size = element.getBoundingClientRect();
    if (size.width === 0 || size.height === 0 || getComputedStyle(element).visibility === "hidden") {
      return false;
    }
    // Nobody sees into a closed shadow tree, which is why it counts.
    const isClosed = element.shadowRoot === null && customElements.get(element.localName) !== undefined;
    return (
      isClosed ||
      element.matches(GRAPHICS) ||
      hasText(element) ||
      hasBox(element, size) ||
      hasPseudoElement(element)
    );
  };

  const showsAnything = (root) =>
    [...root.querySelectorAll("*")].some(
      (element) => isSeen(element) || (element.shadowRoot !== null && showsAnything(element.shadowRoot)),
    );

  const isEmpty = () =>
    document.body === null ||
    !(hasText(document.body) || hasPseudoElement(document.body) || showsAnything(document.body));

  // Styles are set one by one from here, which no content security policy forbids.
  const part = (name, text, style) => {
    const element = document.createElement(name);
    element.textContent = text;
    Object.assign(element.style, style);
    return element;
  };

  const show = (words) => {
    message = part("div", "", {
      position: "fixed",
      zIndex: "2147483647",
      inset: "0",
      boxSizing: "border-box",
      padding: "24px",
      overflow: "auto",
      background: "#131210",
      color: "#ece6da",
      font: "14px/1.5 system-ui, sans-serif",
    });
    message.setAttribute("role", "alert");
    const reload = part("button", "Reload page", {
      minHeight: "32px",
      padding: "0 16px",
      border: "1px solid #7d7464",
      borderRadius: "6px",
      background: "#282520",
      color: "inherit",
      font: "inherit",
      cursor: "pointer",
    });
    reload.type = "button";
    reload.addEventListener("click", () => location.reload());
    message.append(
      part("strong", "This page could not be shown", { fontSize: "18px" }),
      part("div", "The plugin is not affected: its sound goes on.", { color: "#aaa190" }),
      part("pre", words, {
        margin: "16px 0",
        padding: "12px",
        borderRadius: "6px",
        background: "#0d0c0b",
        color: "#ff8a7a",
        font: "13px/1.5 ui-monospace, Menlo, Consolas, monospace",
        whiteSpace: "pre-wrap",
        overflowWrap: "anywhere",
        userSelect: "text",
      }),
      reload,
    );
    // Beside the body, which belongs to the page.
    document.documentElement.append(message);
    withdrawWhenSomethingIsShown();
  };

  const withdrawWhenSomethingIsShown = () => {
    let timer = null;
    const check = () => {
      timer = null;
      if (!isEmpty()) {
        observer.disconnect();
        message.remove();
        message = null;
      }
    };
    const observer = new MutationObserver(() => {
      timer ??= setTimeout(check, RECHECK_MS);
    });
    observer.observe(document.documentElement, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
  };

  const onError = (event, words) => {
    const check = () => {
      // A page that handles its errors says so.
      if (message === null && !event.defaultPrevented && isEmpty()) {
        show(words);
      }
    };
    const checkLater = () => setTimeout(check, PATIENCE_MS);
    if (document.readyState === "complete") {
      checkLater();
    } else {
      window.addEventListener("load", checkLater, { once: true });
    }
  };

  const wordsOf = (thrown) =>
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);

  // Errors of elements do not bubble, so they are caught on their way down.
  window.addEventListener(
    "error",
    (event) => {
      if (event.target instanceof HTMLScriptElement) {
        onError(event, `The script ${event.target.src} was not loaded.`);
      } else if (event instanceof ErrorEvent) {
        const place = event.filename === "" ? "" : `\n${event.filename}:${event.lineno}:${event.colno}`;
        onError(event, (event.error == null ? event.message : wordsOf(event.error)) + place);
      }
    },
    true,
  );
  window.addEventListener("unhandledrejection", (event) => onError(event, wordsOf(event.reason)));
})();
