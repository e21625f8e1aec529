import { describe, expect, it, vi } from "vitest";
import { WebSocketTransport, type WebSocketTransportOptions } from "../src/index.ts";
import { FakeNetwork } from "./fake-network.ts";
import { ManualClock } from "./manual-clock.ts";

function network(options: WebSocketTransportOptions = {}) {
  const [net, clock] = [new FakeNetwork(), new ManualClock()];
  const { socket, probe, presence } = net;
  const url = "ws://127.0.0.1:9000";
  const transport = new WebSocketTransport({
    url,
    socket,
    probe,
    presence,
    clock,
    random: () => 1,
    ...options,
  });
  return { net, clock, transport };
}

async function connected(options: WebSocketTransportOptions = {}) {
  const all = network(options);
  all.transport.start();
  await all.clock.pass(0);
  expect(all.transport.status.read()).toBe("connected");
  return all;
}

/** When attempts were made, in milliseconds from now: HTTP requests and sockets alike. */
async function attemptsWithin(time_ms: number, net: FakeNetwork, clock: ManualClock): Promise<number[]> {
  const times: number[] = [];
  const start_ms = clock.now();
  let before = net.probes + net.sockets.length;
  while (clock.now() - start_ms < time_ms) {
    await clock.pass(10);
    const now = net.probes + net.sockets.length;
    if (now > before) times.push(clock.now() - start_ms);
    before = now;
  }
  return times;
}

describe("connecting", () => {
  it("tries its addresses in turn, and stays with the one that answers", async () => {
    const [direct, forwarded] = ["ws://127.0.0.1:9000", "ws://localhost:8000/@wavecraft/server"];
    const asked: string[] = [];
    const probe = (url: string) => {
      asked.push(url);
      return Promise.resolve(url === forwarded);
    };
    const { net, clock, transport } = network({ url: [direct, forwarded], probe });
    net.isThere = false;
    transport.start();
    await clock.pass(0);
    expect(net.sockets.map(({ url }) => url)).toEqual([direct]);
    net.isThere = true;
    await clock.pass(200);
    expect(transport.status.read()).toBe("connected");
    expect(net.newest.url).toBe(forwarded);
    expect(asked).toEqual([forwarded]);
  });

  it("opens one socket to the address, and passes texts both ways", async () => {
    const { net, clock, transport } = network();
    const received = vi.fn();
    transport.onMessage(received);
    expect(transport.send("early")).toBe(false);
    transport.start();
    transport.start();
    expect(transport.status.read()).toBe("connecting");
    await clock.pass(0);
    transport.start();
    expect(transport.status.read()).toBe("connected");
    expect(net.watchers).toBe(1);
    expect(net.sockets.map(({ url }) => url)).toEqual(["ws://127.0.0.1:9000"]);
    expect(transport.send("hello")).toBe(true);
    expect(net.newest.sent).toEqual(["hello"]);
    net.newest.deliver("answer");
    net.newest.deliver(new ArrayBuffer(1));
    expect(received).toHaveBeenCalledExactlyOnceWith("answer");
  });

  it("opens nothing when it is closed in the same breath, as React's strict mode does", async () => {
    const { net, clock, transport } = network();
    transport.start();
    transport.close();
    transport.start();
    await clock.pass(0);
    expect(net.sockets).toHaveLength(1);
    expect(net.watchers).toBe(1);
    expect(transport.status.read()).toBe("connected");
  });

  it("refuses an address that is none, and says what to do", () => {
    for (const url of ["", "9000", "http://127.0.0.1:9000", "ws://", "ws://a b"]) {
      expect(() => new WebSocketTransport({ url }), url).toThrow(
        `"${url}" is not the address of a WebSocket; set`,
      );
    }
  });

  it("goes on when the browser forbids the socket", async () => {
    const { clock, transport } = network({
      socket: class {
        constructor() {
          throw new Error("SecurityError");
        }
      } as never,
    });
    transport.start();
    await clock.pass(10_000);
    expect(transport.status.read()).toBe("disconnected");
    expect(clock.waiting).toBe(1);
  });
});

describe("coming back", () => {
  it("tries at once, then less and less often, but every two seconds for ever", async () => {
    const { net, clock } = await connected();
    net.newest.deliver("anything");
    net.isThere = false;
    net.newest.drop();
    const times = await attemptsWithin(3_600_000, net, clock);
    expect(times.slice(0, 7)).toEqual([100, 300, 700, 1_500, 3_100, 5_100, 7_100]);
    expect(times.length).toBeGreaterThan(1_700);
  });

  it("begins with short waits again once something was heard, and not before", async () => {
    const { net, clock } = await connected();
    const waits_ms: number[] = [];
    for (const isHeard of [false, false, false, true, true, false]) {
      if (isHeard) net.newest.deliver("anything");
      net.newest.drop();
      waits_ms.push(clock.next_ms);
      await clock.pass(clock.next_ms);
    }
    expect(waits_ms).toEqual([100, 200, 400, 100, 100, 200]);
  });

  it("spreads attempts between half the wait and all of it", async () => {
    const early = await connected({ random: () => 0 });
    early.net.isThere = false;
    early.net.newest.drop();
    expect(early.clock.next_ms).toBe(50);
    const late = await connected({ random: () => 0.5 });
    late.net.isThere = false;
    late.net.newest.drop();
    expect(late.clock.next_ms).toBe(75);
  });

  it("is done within three seconds of the server's return, however long that was gone", async () => {
    const { net, clock, transport } = await connected();
    net.isThere = false;
    net.newest.drop();
    await clock.pass(3_600_000);
    expect(transport.status.read()).toBe("disconnected");
    net.isThere = true;
    await clock.pass(2_000);
    expect(transport.status.read()).toBe("connected");
  });

  it("stays disconnected in between, without a flicker", async () => {
    const { net, clock, transport } = await connected();
    const seen: string[] = [];
    transport.status.subscribe(() => seen.push(transport.status.read()));
    net.isThere = false;
    net.newest.drop();
    await clock.pass(60_000);
    net.isThere = true;
    await clock.pass(2_000);
    expect(seen).toEqual(["disconnected", "connected"]);
  });

  it("opens few sockets while nobody answers: browsers hold up those of a page whose sockets fail", async () => {
    const { net, clock } = await connected();
    net.isThere = false;
    net.newest.drop();
    await clock.pass(360_000);
    expect(net.sockets.length - 1).toBeLessThan(14);
    // But some, since a rule of the page may forbid the probe alone.
    expect(net.sockets.length - 1).toBeGreaterThan(5);
  });

  it("tries the socket all the same, now and then, when no probe ever succeeds", async () => {
    const { net, clock } = await connected({ probe: () => Promise.reject(new Error("forbidden")) });
    net.newest.drop();
    await clock.pass(30_000);
    expect(net.sockets).toHaveLength(2);
  });

  it("does not wait when the page is seen again or the network is back", async () => {
    const { net, clock, transport } = await connected();
    net.isThere = false;
    net.newest.drop();
    await clock.pass(60_000);
    net.isThere = true;
    net.comeBack();
    await clock.pass(0);
    expect(transport.status.read()).toBe("connected");
  });

  it("gives up an attempt that hangs", async () => {
    const { net, clock, transport } = network();
    net.isThere = undefined;
    transport.start();
    await clock.pass(3_999);
    expect(net.newest.isClosedByPage).toBe(false);
    expect(transport.status.read()).toBe("connecting");
    await clock.pass(1);
    expect(net.newest.isClosedByPage).toBe(true);
    expect(transport.status.read()).toBe("disconnected");
    const hung = net.newest;
    // A probe that hangs is no better.
    await clock.pass(4_100);
    net.isThere = true;
    await clock.pass(2_000);
    expect(transport.status.read()).toBe("connected");
    expect(net.newest).not.toBe(hung);
  });

  it("ignores a probe's answer that comes when the attempt was given up", async () => {
    const answers: ((isThere: boolean) => void)[] = [];
    const probe = () => new Promise<boolean>((resolve) => answers.push(resolve));
    const { net, clock } = await connected({ probe });
    net.newest.drop();
    await clock.pass(4_100);
    expect(answers).toHaveLength(1);
    answers[0]?.(true);
    await clock.pass(100);
    expect(net.sockets).toHaveLength(1);
    await clock.pass(100);
    expect(answers).toHaveLength(2);
    answers[1]?.(true);
    await clock.pass(0);
    expect(net.sockets).toHaveLength(2);
  });

  it("ignores what an old socket still says", async () => {
    const { net, clock, transport } = await connected();
    const received = vi.fn();
    transport.onMessage(received);
    const old = net.newest;
    const { onmessage, onclose } = old;
    old.drop();
    await clock.pass(100);
    expect(transport.status.read()).toBe("connected");
    expect([old.onmessage, old.onclose]).toEqual([null, null]);
    expect([onmessage, onclose]).not.toContain(null);
    old.deliver("late");
    old.drop();
    expect(transport.status.read()).toBe("connected");
    expect(received).not.toHaveBeenCalled();
  });
});

describe("closing", () => {
  it("ends everything, in whichever state, and can be done twice", async () => {
    for (const isThere of [true, false, undefined]) {
      for (const time_ms of [0, 50, 100, 3_000]) {
        const { net, clock, transport } = network();
        net.isThere = isThere;
        transport.start();
        await clock.pass(time_ms);
        transport.close();
        transport.close();
        const attempts = net.sockets.length + net.probes;
        net.isThere = true;
        await clock.pass(60_000);
        net.comeBack();
        await clock.pass(60_000);
        expect(transport.status.read()).toBe("disconnected");
        expect(net.sockets.length + net.probes).toBe(attempts);
        expect([clock.waiting, net.watchers]).toEqual([0, 0]);
        expect(transport.send("late")).toBe(false);
      }
    }
  });

  it("is no end for ever", async () => {
    const { net, clock, transport } = await connected();
    transport.close();
    expect(net.newest.isClosedByPage).toBe(true);
    transport.start();
    await clock.pass(0);
    expect(transport.status.read()).toBe("connected");
  });
});

describe("a half-dead connection", () => {
  const pings = (net: FakeNetwork) =>
    net.newest.sent.filter((text) => JSON.parse(text).method === "ping").length;

  it("is asked for a sign of life only when it is silent, and lives if it gives one", async () => {
    const { net, clock, transport } = await connected();
    for (let second = 0; second < 20; second += 1) {
      await clock.pass(1_000);
      net.newest.deliver("levels");
    }
    expect(pings(net)).toBe(0);
    await clock.pass(4_000);
    expect(pings(net)).toBe(1);
    net.newest.deliver("pong");
    await clock.pass(3_999);
    expect(pings(net)).toBe(1);
    expect(transport.status.read()).toBe("connected");
    expect(net.sockets).toHaveLength(1);
  });

  it("is given up when it gives none, and made anew", async () => {
    const { net, clock, transport } = await connected();
    await clock.pass(6_999);
    expect(transport.status.read()).toBe("connected");
    await clock.pass(1);
    expect(transport.status.read()).toBe("disconnected");
    expect(net.newest.isClosedByPage).toBe(true);
    await clock.pass(100);
    expect(transport.status.read()).toBe("connected");
    expect(net.sockets).toHaveLength(2);
  });

  it("is not looked for while the page is hidden, and at once when it is seen again", async () => {
    const { net, clock, transport } = await connected();
    net.isHidden = true;
    await clock.pass(600_000);
    expect(pings(net)).toBe(0);
    expect(transport.status.read()).toBe("connected");
    net.comeBack();
    expect(pings(net)).toBe(1);
    await clock.pass(3_000);
    expect(transport.status.read()).toBe("disconnected");
  });

  it("is not condemned when the page was hidden after the question", async () => {
    const { net, clock, transport } = await connected();
    await clock.pass(4_000);
    expect(pings(net)).toBe(1);
    net.isHidden = true;
    await clock.pass(60_000);
    expect(transport.status.read()).toBe("connected");
    expect(net.sockets).toHaveLength(1);
  });
});
