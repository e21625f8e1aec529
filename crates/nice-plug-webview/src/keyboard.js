// Tells the plugin's window when a text field has the focus, so that it takes the keyboard from the host only then. $POST is
// the webview's way out.
(() => {
  "use strict";
  const post = $POST;
  const TYPED = new Set(
    "text search url tel email password number date month week time datetime-local".split(" "),
  );

  const isTextField = (element) => {
    if (element?.shadowRoot?.activeElement) {
      return isTextField(element.shadowRoot.activeElement);
    }
    if (element instanceof HTMLInputElement) {
      return TYPED.has(element.type) && !element.disabled && !element.readOnly;
    }
    if (element instanceof HTMLTextAreaElement) {
      return !element.disabled && !element.readOnly;
    }
    return element instanceof HTMLElement && element.isContentEditable;
  };

  let reported = false;
  const report = () => {
    const now = isTextField(document.activeElement);
    if (now !== reported) {
      reported = now;
      post(now ? "f1" : "f0");
    }
  };

  // A page without the system's focus gets no focus events, so calls are watched besides.
  for (const name of ["focus", "blur"]) {
    const original = HTMLElement.prototype[name];
    Object.defineProperty(HTMLElement.prototype, name, {
      configurable: true,
      writable: true,
      value(...options) {
        original.apply(this, options);
        report();
      },
    });
  }
  for (const name of ["focusin", "focusout", "keyup"]) {
    window.addEventListener(name, () => setTimeout(report), true);
  }

  // A click on anything but a text field leaves the keyboard where it was.
  const afterClick = () => {
    const active = document.activeElement;
    const stays =
      !active || active === document.body || isTextField(active) || active.matches(":focus-visible, select");
    if (!stays) {
      active.blur();
    }
    // Said again even if it is no news: the click itself may have moved the keyboard.
    reported = isTextField(document.activeElement);
    post(reported ? "f1" : "f0");
  };
  for (const name of ["pointerdown", "pointerup", "click", "dblclick"]) {
    window.addEventListener(name, () => setTimeout(afterClick), true);
  }

  // Something outside took the keyboard away.
  Object.defineProperty(globalThis, "__nice_plug_webview_release_focus__", {
    value: () => {
      reported = false;
      if (isTextField(document.activeElement)) {
        document.activeElement.blur();
      }
    },
  });
})();
