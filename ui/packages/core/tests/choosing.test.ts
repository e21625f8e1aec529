import { afterEach, describe, expect, it, vi } from "vitest";
import {
  browserPage,
  chooseTransport,
  defaultServerUrl,
  httpProbe,
  NativeTransport,
  nativeChannel,
  serverUrls,
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

describe("the server's addresses", () => {
  const vite = { PROD: false, VITE_WAVECRAFT_SERVER: "ws://[::1]:9000" };
  const through = "/@wavecraft/server";

  it.each([
    [
      "its own before Vite's on the same computer",
      vite,
      { protocol: "http:", host: "127.0.0.1:5173" },
      ["ws://[::1]:9000", `ws://127.0.0.1:5173${through}`],
    ],
    [
      "Vite's before its own anywhere else",
      vite,
      { protocol: "https:", host: "name-5173.example.dev" },
      [`wss://name-5173.example.dev${through}`, "ws://[::1]:9000"],
    ],
    [
      "Vite's under a name that only begins like this computer's",
      vite,
      { protocol: "http:", host: "localhost.example:5173" },
      [`ws://localhost.example:5173${through}`, "ws://[::1]:9000"],
    ],
    ["that of a built page alone", { PROD: true }, { protocol: "http:", host: "a:1" }, ["ws://a:1/"]],
    ["the told one alone for a build", { ...vite, PROD: true }, undefined, ["ws://[::1]:9000"]],
    ["the told one alone without a page", vite, undefined, ["ws://[::1]:9000"]],
    ["the usual one alone without Vite", {}, { protocol: "http:", host: "a:1" }, ["ws://127.0.0.1:9000"]],
  ])("are %s", (_, environment, location, urls) => {
    expect(serverUrls(environment, location)).toEqual(urls);
  });
});

describe("the probe", () => {
  it("asks over HTTP, and takes any answer for one", async () => {
    const fetch = vi.fn().mockResolvedValue({ ok: false, type: "opaque", status: 0 });
    vi.stubGlobal("fetch", fetch);
    expect(await httpProbe("ws://127.0.0.1:9000")).toBe(true);
    expect(await httpProbe("wss://studio.local/")).toBe(true);
    expect(fetch.mock.calls.map(([url]) => url)).toEqual(["http://127.0.0.1:9000", "https://studio.local/"]);
  });

  it("takes a proxy's word that it has reached nobody for none", async () => {
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue({ ok: false, type: "basic", status: 502 }));
    expect(await httpProbe("ws://localhost:5173/@wavecraft/server")).toBe(false);
    vi.stubGlobal("fetch", vi.fn().mockResolvedValue({ ok: false, type: "basic", status: 404 }));
    expect(await httpProbe("ws://localhost:9000/")).toBe(true);
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
