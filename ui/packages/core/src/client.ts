import { MeterStore } from "./meters/meter-store.ts";
import { ParameterStore } from "./parameters/parameter-store.ts";
import { ERROR_CODES } from "./protocol/index.ts";
import { RpcRefusedError } from "./rpc/errors.ts";
import { RpcClient } from "./rpc/rpc-client.ts";
import { ControllerStore } from "./session/controller-store.ts";
import { HistoryStore } from "./session/history-store.ts";
import { PresetStore } from "./session/preset-store.ts";
import { SlotStore } from "./session/slot-store.ts";
import { SignalStore } from "./signals/signal-store.ts";
import { AudioStatusStore } from "./status/audio-status-store.ts";
import { BuildStatusStore } from "./status/build-status-store.ts";
import { PluginInfoStore } from "./status/plugin-info-store.ts";
import { type Readable, Store } from "./store.ts";
import { type Clock, systemClock } from "./time/clock.ts";
import { animationFrames, type FrameScheduler } from "./time/frame-scheduler.ts";
import { chooseTransport } from "./transport/choose-transport.ts";
import type { ConnectionStatus, Transport } from "./transport/transport.ts";

/** What may be another than usual. */
export type WavecraftClientOptions = {
  /** `chooseTransport()` unless told. */
  transport?: Transport;
  /** The machine's unless told. */
  clock?: Clock;
  /** The browser's animation frames unless told. */
  scheduleFrame?: FrameScheduler;
  /** How long the plugin may take to answer, in milliseconds; 5,000 unless told. */
  timeout_ms?: number;
};

/**
 * A page's connection to the plugin, and everything that the page knows of it.
 *
 * Nothing happens before `start`. With React, hand it to `WavecraftProvider`, which starts and closes it.
 */
export class WavecraftClient {
  /** For methods and notifications that no store covers. */
  readonly rpc: RpcClient;
  /** The parameters. */
  readonly parameters: ParameterStore;
  /** The newest levels. */
  readonly meters: MeterStore;
  /** Spectra and waveforms. */
  readonly signals: SignalStore;
  /** How the audio is doing. */
  readonly audioStatus: AudioStatusStore;
  /** What became of the last change to the plugin's source. */
  readonly buildStatus: BuildStatusStore;
  /** Who answers. */
  readonly pluginInfo: PluginInfoStore;
  /** What can be undone and redone. */
  readonly history: HistoryStore;
  /** A and B. */
  readonly slots: SlotStore;
  /** The presets. */
  readonly presets: PresetStore;
  /** The MIDI controllers that move parameters. */
  readonly controllers: ControllerStore;
  readonly #hasHostMenu = new Store(false);
  readonly #transport: Transport;

  constructor(options: WavecraftClientOptions = {}) {
    const clock = options.clock ?? systemClock;
    this.#transport = options.transport ?? chooseTransport({ clock });
    const timeout = options.timeout_ms === undefined ? {} : { timeout_ms: options.timeout_ms };
    this.rpc = new RpcClient(this.#transport, { clock, ...timeout });
    this.parameters = new ParameterStore(this.rpc, options.scheduleFrame ?? animationFrames);
    this.meters = new MeterStore(this.rpc, clock);
    this.signals = new SignalStore(this.rpc);
    this.audioStatus = new AudioStatusStore(this.rpc);
    this.buildStatus = new BuildStatusStore(this.rpc);
    this.pluginInfo = new PluginInfoStore(this.rpc);
    this.history = new HistoryStore(this.rpc);
    this.slots = new SlotStore(this.rpc);
    this.presets = new PresetStore(this.rpc);
    this.controllers = new ControllerStore(this.rpc, this.pluginInfo);
    this.pluginInfo.subscribe(() => this.#hasHostMenu.set(this.pluginInfo.read()?.host_menu === true));
  }

  /** Whether the page reaches the plugin. */
  get connection(): Readable<ConnectionStatus> {
    return this.#transport.status;
  }

  /** Whether the host has a menu of its own for parameters, as far as is known. */
  get hasHostMenu(): Readable<boolean> {
    return this.#hasHostMenu;
  }

  /** Connects, and stays connected as well as it can until `close`. Starting twice is starting once. */
  start(): void {
    this.#transport.start();
  }

  /** Disconnects. Everything known stays to be read, and `start` goes on from there. Closing twice is closing once. */
  close(): void {
    this.#transport.close();
  }

  /**
   * Asks for another size of the page, in logical pixels. Resolves to whether the window will change; where it cannot
   * or nobody is there to ask, to false.
   */
  readonly requestResize = async (width: number, height: number): Promise<boolean> => {
    const size = { width: wholePixels(width), height: wholePixels(height) };
    try {
      return (await this.rpc.request("requestResize", size)).accepted;
    } catch {
      return false;
    }
  };

  /**
   * Opens the host's own menu for a parameter at a place of the page, in logical pixels. Resolves to whether it has opened;
   * a host that does not know the question is not asked again.
   */
  readonly openHostMenu = async (id: string, x: number, y: number): Promise<boolean> => {
    try {
      return (await this.rpc.request("openHostMenu", { id, x, y })).opened;
    } catch (error) {
      if (error instanceof RpcRefusedError && error.code === ERROR_CODES.methodNotFound) {
        this.#hasHostMenu.set(false);
      }
      return false;
    }
  };
}

function wholePixels(length: number): number {
  return Math.max(1, Math.round(length));
}
