// Runs before the page's own scripts, in its main frame. $POST is the webview's way out, $NAME what the page calls the bridge,
// $MAX_TEXT_BYTES how long a text may be. What is posted is read by script_message.rs.
(() => {
  "use strict";
  const post = $POST;
  const MAX_TEXT_BYTES = $MAX_TEXT_BYTES;
  const MAX_BACKLOG = 4096;
  const backlog = [];
  let receive = null;

  const callReceiver = (text) => {
    try {
      receive(text);
    } catch (error) {
      // Shown by the inspector like any other uncaught error, and never at the expense of the next message.
      setTimeout(() => {
        throw error;
      });
    }
  };

  // A unit of a string's length has three bytes at most, so short strings need not be encoded to be measured.
  const isTooLong = (text) =>
    text.length > MAX_TEXT_BYTES / 3 && new TextEncoder().encode(text).length > MAX_TEXT_BYTES;

  const deliver = (texts) => {
    for (const text of texts) {
      if (receive) {
        callReceiver(text);
      } else {
        backlog.push(text);
        if (backlog.length > MAX_BACKLOG) {
          backlog.shift();
        }
      }
    }
  };

  const bridge = Object.freeze({
    postMessage(text) {
      if (typeof text !== "string") {
        throw new TypeError("postMessage takes a string");
      }
      if (isTooLong(text)) {
        throw new RangeError(`postMessage takes ${MAX_TEXT_BYTES} bytes at most`);
      }
      post(`m${text}`);
    },
    setReceiveCallback(callback) {
      if (callback !== null && typeof callback !== "function") {
        throw new TypeError("setReceiveCallback takes a function, or null");
      }
      receive = callback;
      while (receive && backlog.length > 0) {
        callReceiver(backlog.shift());
      }
    },
  });

  Object.defineProperty(globalThis, $NAME, { value: bridge });
  Object.defineProperty(globalThis, "__nice_plug_webview_deliver__", { value: Object.freeze(deliver) });
  post("d");
})();
