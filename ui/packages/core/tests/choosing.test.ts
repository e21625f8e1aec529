import { afterEach, describe, expect, it, vi } from "vitest";
import {
  browserPage,
  chooseTransport,
  defaultServerUrl,
  httpProbe,
  NativeTransport,
  nativeChannel,
  WebSocketTransport,
} from "../src/index.ts";

afterEach(() => vi.unstubAllGlobals());

/** A channel as a webview has it: what comes before somebody listens is queued. */
function channel() {
  const queue: string[] = [];
  let receive: ((text: string) => void) | undefined;
  const sent: string[] = [];
  let listeners = 0;
  return {
    sent,
    listeners: () => listeners,
    deliver: (text: string) => (receive === undefined ? queue.push(text) : receive(text)),
    ipc: Object.freeze({
      postMessage: (text: string) => void sent.push(text),
      setReceiveCallback: (callback: (text: string) => void) => {
        listeners += 1;
        receive = callback;
        for (const text of queue.splice(0)) callback(text);
      },
    }),
  };
}

describe("the transport", () => {
  it("is the webview's channel where there is one", () => {
    vi.stubGlobal("__WAVECRAFT_IPC__", channel().ipc);
    expect(chooseTransport()).toBeInstanceOf(NativeTransport);
  });

  it.each([undefined, null, {}, { postMessage: () => {} }])("is a WebSocket anywhere else: %o", (ipc) => {
    vi.stubGlobal("__WAVECRAFT_IPC__", ipc);
    expect(nativeChannel()).toBeUndefined();
    expect(chooseTransport()).toBeInstanceOf(WebSocketTransport);
  });
});

describe("the webview's channel", () => {
  it("is connected from its start to its end, and hears what was queued", () => {
    const { ipc, sent, deliver, listeners } = channel();
    const transport = new NativeTransport(ipc);
    const received: string[] = [];
    transport.onMessage((text) => received.push(text));
    deliver("early");
    expect(transport.send("too early")).toBe(false);
    transport.start();
    transport.start();
    expect(transport.status.read()).toBe("connected");
    deliver("now");
    expect(transport.send("hello")).toBe(true);
    transport.close();
    transport.close();
    deliver("late");
    expect(transport.send("too late")).toBe(false);
    expect(transport.status.read()).toBe("disconnected");
    transport.start();
    deliver("again");
    expect(received).toEqual(["early", "now", "again"]);
    expect(sent).toEqual(["hello"]);
    expect(listeners()).toBe(1);
  });
});

describe("the server's address", () => {
  const page = (protocol: string, host = "localhost:9137") => ({ protocol, host });

  it.each([
    [
      "the development server's usual one in Vite's page",
      { PROD: false },
      page("http:"),
      "ws://127.0.0.1:9000",
    ],
    ["the one that delivers a built page", { PROD: true }, page("http:"), "ws://localhost:9137/"],
    ["safe where the page is", { PROD: true }, page("https:", "studio.local"), "wss://studio.local/"],
    ["the usual one for a file", { PROD: true }, page("file:", ""), "ws://127.0.0.1:9000"],
    ["the usual one without a page", undefined, undefined, "ws://127.0.0.1:9000"],
    ["what it was told", { PROD: true, VITE_WAVECRAFT_SERVER: "ws://a:1" }, page("http:"), "ws://a:1"],
    ["the usual one when told nothing", { VITE_WAVECRAFT_SERVER: "" }, page("http:"), "ws://127.0.0.1:9000"],
  ])("is %s", (_, environment, location, url) => {
    expect(defaultServerUrl(environment, location)).toBe(url);
  });
});

describe("the probe", () => {
  it("asks over HTTP, and takes any answer for one", async () => {
    const fetch = vi.fn().mockResolvedValue({ ok: false, type: "opaque" });
    vi.stubGlobal("fetch", fetch);
    expect(await httpProbe("ws://127.0.0.1:9000")).toBe(true);
    expect(await httpProbe("wss://studio.local/")).toBe(true);
    expect(fetch.mock.calls.map(([url]) => url)).toEqual(["http://127.0.0.1:9000", "https://studio.local/"]);
  });

  it("says no when there is none, and yes where it cannot ask", async () => {
    vi.stubGlobal("fetch", vi.fn().mockRejectedValue(new TypeError("Failed to fetch")));
    expect(await httpProbe("ws://127.0.0.1:9000")).toBe(false);
    vi.stubGlobal("fetch", undefined);
    expect(await httpProbe("ws://127.0.0.1:9000")).toBe(true);
  });
});

describe("the page around", () => {
  it("is always seen without a DOM", () => {
    expect(typeof document).toBe("undefined");
    expect(browserPage.isHidden()).toBe(false);
    browserPage.onReturn(() => {})();
  });

  it("returns when it is seen, not when it is hidden, and when its network is back", () => {
    const document = Object.assign(new EventTarget(), { visibilityState: "hidden" });
    vi.stubGlobal("document", document);
    vi.stubGlobal("window", new EventTarget());
    const listener = vi.fn();
    const leave = browserPage.onReturn(listener);
    expect(browserPage.isHidden()).toBe(true);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(listener).not.toHaveBeenCalled();
    document.visibilityState = "visible";
    expect(browserPage.isHidden()).toBe(false);
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("online"));
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("online"));
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
