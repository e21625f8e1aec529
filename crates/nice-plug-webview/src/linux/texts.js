// Runs after bridge.js in the pages of the helper process, which answers with all texts that wait: helper/src/page_channel.rs.
(() => {
  "use strict";
  const texts = window.webkit.messageHandlers.texts;
  const deliver = globalThis.__nice_plug_webview_deliver__;
  (async () => {
    for (;;) {
      deliver(await texts.postMessage(""));
    }
  })();
})();
