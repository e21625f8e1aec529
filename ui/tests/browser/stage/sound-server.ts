import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { end, start, until } from "./processes.ts";

const RATE_HZ = 48_000;
/** 10 ms: whole periods of a tone of a multiple of 100 Hz. */
const WINDOW_FRAMES = RATE_HZ / 100;

/**
 * A PulseAudio server of the test's own: a microphone that one can speak into, and a loudspeaker that one can hear. It
 * touches nothing else on the machine.
 */
export class SoundServer {
  /** What programs need in their environment that are to use it. */
  readonly environment: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #endings: (() => Promise<void>)[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
    this.environment = {
      ...process.env,
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      XDG_CONFIG_HOME: folder,
      PULSE_SERVER: `unix:${join(folder, "socket")}`,
      PULSE_LATENCY_MSEC: "20",
      JACK_DEFAULT_SERVER: "none",
      JACK_NO_START_SERVER: "1",
    };
  }

  /** Starts it. */
  static async start(): Promise<SoundServer> {
    const folder = await mkdtemp(join(tmpdir(), "wavecraft-sound-"));
    await writeFile(join(folder, ".asoundrc"), "pcm.!default { type pulse }\nctl.!default { type pulse }\n");
    const server = new SoundServer(folder);
    const sink = (name: string) =>
      `--load=module-null-sink sink_name=${name} rate=${RATE_HZ} channels=2 format=float32le`;
    const socket = join(folder, "socket");
    const child = await start(
      "pulseaudio",
      [
        ...["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-level=error"],
        "--disable-shm=yes",
        `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`,
        sink("microphone"),
        sink("loudspeaker"),
      ],
      { env: server.environment, stdio: "ignore" },
    );
    server.#endings.push(() => end(child));
    const defaults = ["set-default-source", "microphone.monitor"];
    await until(
      "pulseaudio answers",
      () => spawnSync("pactl", defaults, { env: server.environment }).status === 0,
    );
    await promisify(execFile)("pactl", ["set-default-sink", "loudspeaker"], { env: server.environment });
    return server;
  }

  /** Speaks a WAV file into the microphone. Returns what ends it. */
  async speak(file: string): Promise<() => Promise<void>> {
    const child = await start("paplay", ["--device", "microphone", file], {
      env: this.environment,
      stdio: "ignore",
    });
    const stop = () => end(child);
    this.#endings.push(stop);
    return stop;
  }

  /** Listens to the loudspeaker. */
  async listen(): Promise<Recording> {
    const recorder = await start(
      "parecord",
      [
        ...["--device", "loudspeaker.monitor", "--raw", "--format=float32le", "--channels=1"],
        ...[`--rate=${RATE_HZ}`, "--latency-msec=20"],
      ],
      { env: this.environment, stdio: ["ignore", "pipe", "ignore"] },
    );
    this.#endings.push(() => end(recorder));
    const recording = new Recording();
    recorder.stdout?.on("data", (bytes: Buffer) => recording.append(bytes));
    return recording;
  }

  /** Ends it and all that uses it. */
  async stop(): Promise<void> {
    for (const ending of this.#endings.reverse()) await ending();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** What is heard, as it comes in. */
export class Recording {
  #bytes = Buffer.alloc(0);

  /** Takes in what has come. */
  append(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** How many frames there are. */
  get frames(): number {
    return Math.floor(this.#bytes.length / 4);
  }

  /**
   * The level of the newest `durationS` seconds, in dB: the median of the RMS in windows of 10 ms, so that a short gap, as
   * a busy machine's sound server makes one, is not taken for a level.
   */
  newestLevelDb(durationS: number): number {
    const windows = Math.floor(Math.min(this.frames, durationS * RATE_HZ) / WINDOW_FRAMES);
    const first = this.frames - windows * WINDOW_FRAMES;
    const levels = Array.from({ length: windows }, (_, window) =>
      this.#power(first + window * WINDOW_FRAMES),
    );
    levels.sort((one, other) => one - other);
    return 10 * Math.log10(Math.max(1e-12, levels[Math.floor(windows / 2)] ?? 0));
  }

  /** The mean square of the window that begins at a frame. */
  #power(start: number): number {
    let sum = 0;
    for (let frame = start; frame < start + WINDOW_FRAMES; frame += 1) {
      sum += this.#bytes.readFloatLE(frame * 4) ** 2;
    }
    return sum / WINDOW_FRAMES;
  }

  /** Waits for `durationS` seconds of sound that is heard from now on, and returns its level in dB. */
  async nextLevelDb(durationS: number): Promise<number> {
    const enough = this.frames + durationS * RATE_HZ;
    await until("enough has been heard", () => this.frames >= enough);
    return this.newestLevelDb(durationS);
  }
}
