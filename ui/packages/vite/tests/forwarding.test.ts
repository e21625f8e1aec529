import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type ViteDevServer } from "vite";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { wavecraft } from "../index.js";

let folder: string;
let server: Server;
let vite: ViteDevServer | undefined;
/** The requests that have reached the development server. */
const requests: IncomingMessage[] = [];

beforeEach(async () => {
  requests.length = 0;
  folder = await mkdtemp(join(tmpdir(), "wavecraft-vite-"));
  await writeFile(join(folder, "index.html"), "<p>here");
  server = createHttpServer((request, response) => {
    requests.push(request);
    response.end("the server");
  });
  server.on("upgrade", (request, socket) => {
    requests.push(request);
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.on("data", (data: Buffer) => socket.write(data.toString().toUpperCase()));
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.destroy());
  });
  await listen();
  vi.stubEnv("VITE_WAVECRAFT_SERVER", `ws://127.0.0.1:${port(server.address())}`);
});
afterEach(async () => {
  await vite?.close();
  vite = undefined;
  await close();
  await rm(folder, { recursive: true });
  vi.unstubAllEnvs();
});

async function listen(): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}

async function close(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function port(address: AddressInfo | string | null | undefined): number {
  if (!address || typeof address === "string") throw new Error("there is no port");
  return address.port;
}

/** Vite as a project has it, on a free port, which is returned. */
async function serve(): Promise<number> {
  const settings = wavecraft({ root: folder, logLevel: "silent", server: { port: 0 } });
  vite = await createServer({ ...settings, configFile: false });
  await vite.listen();
  return port(vite.httpServer?.address());
}

/** Sends the head of a request, and more once it is answered. Returns all that came until `end`. */
function exchange(to: number, head: string[], more: string, end: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(to, "127.0.0.1", () => socket.write([...head, "", ""].join("\r\n")));
    socket.on("data", (data) => {
      const isFirst = text === "";
      text += data.toString();
      if (isFirst && more !== "") socket.write(more);
      if (end.test(text)) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

it("passes the page's WebSocket on to the development server, with Host and Origin as they came", async () => {
  const [host, origin] = ["localhost:8000", "http://localhost:8000"];
  const head = [
    ...["GET /@wavecraft/server HTTP/1.1", `Host: ${host}`, `Origin: ${origin}`],
    ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  const answer = await exchange(await serve(), head, "hello", /HELLO/);
  expect(answer).toMatch(/^HTTP\/1\.1 101 [\s\S]*HELLO/);
  expect(requests.map(({ headers }) => [headers.host, headers.origin])).toEqual([[host, origin]]);
});

it("passes on the question whether the server is there, and says so when it is not", async () => {
  const to = await serve();
  const head = ["HEAD /@wavecraft/server HTTP/1.1", "Host: localhost:8000", "Connection: close"];
  expect(await exchange(to, head, "", /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 /);
  await close();
  expect(await exchange(to, head, "", /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 5\d\d /);
  await listen();
});

it("serves the page under the names that the development server lets in, and under no others", async () => {
  vi.stubEnv("__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS", "name-5173.example.dev");
  const to = await serve();
  const get = (host: string) =>
    exchange(to, ["GET / HTTP/1.1", `Host: ${host}`, "Connection: close"], "", /<p>here|not allowed/);
  expect(await get("name-5173.example.dev")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await get("localhost:8000")).toMatch(/^HTTP\/1\.1 200 /);
  expect(await get("evil.example")).toMatch(/^HTTP\/1\.1 403 /);
});
