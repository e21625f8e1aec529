import { withMinus } from "../minus.ts";
import type { Parameter } from "../parameter.ts";
import type { ParameterInfo } from "../protocol/index.ts";
import { DisconnectedError, TimeoutError } from "../rpc/errors.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";
import { type Readable, Store } from "../store.ts";
import type { FrameScheduler } from "../time/frame-scheduler.ts";

/** What a cell needs from around it. */
export type CellSurroundings = {
  rpc: RpcClient;
  scheduleFrame: FrameScheduler;
  /** Asks for all parameters again, since what the plugin has is in doubt. */
  reload(): void;
};

/**
 * One parameter: what the plugin has, what the user wants, and which of the two is shown.
 *
 * The plugin's value is whatever was learnt last, in the order of the messages: from a load, from news, from the answer
 * to a change of this page's own. The user's value is shown while the control is held and until the plugin has answered
 * to all of it; then the plugin's is. So no echo pulls a control from under the finger, and the end is the truth.
 */
export class ParameterCell {
  readonly #id: string;
  readonly #surroundings: CellSurroundings;
  readonly #control = new Store<Parameter | undefined>(undefined);
  #info: ParameterInfo | undefined;
  /** What the plugin has, as far as is known. */
  #plugins = 0;
  /** What the user wants. */
  #users = 0;
  /** How many hold the control: wheel and pointer may at once. */
  #holders = 0;
  /** Whether the plugin knows of the gesture. One that has lost its connection sends nothing more. */
  #isOpen = false;
  /** Whether the user's value has still to be sent. */
  #isUnsent = false;
  /** How many changes the plugin has not answered to. */
  #unanswered = 0;
  #cancelFrame: (() => void) | undefined;
  #text = "";
  /** The value that the text belongs to. */
  #textValue = 0;
  #isFormatting = false;
  /** Tells an answer with a text from one that a load has made old. */
  #loads = 0;

  constructor(id: string, surroundings: CellSurroundings) {
    this.#id = id;
    this.#surroundings = surroundings;
  }

  /** The parameter as controls see it; undefined if the plugin has none of this id. */
  get control(): Readable<Parameter | undefined> {
    return this.#control;
  }

  /** A load has brought it. */
  load(info: ParameterInfo): void {
    this.#info = info;
    this.#plugins = info.value;
    this.#loads += 1;
    if (this.#shown() === info.value) {
      this.#text = withMinus(info.text);
      this.#textValue = info.value;
    }
    this.#publish();
  }

  /** A load has not brought it: the plugin has it no more. */
  remove(): void {
    if (this.#isOpen) this.#close();
    this.#info = undefined;
    this.#publish();
  }

  /** The plugin says that it has this value. */
  tell(value: number): void {
    this.#plugins = value;
    this.#publish();
  }

  /** The connection is gone, and the gesture with it. */
  disconnect(): void {
    this.#isOpen = false;
    this.#forgetUnsent();
    this.#publish();
  }

  readonly #begin = (): void => {
    const shown = this.#shown();
    this.#holders += 1;
    if (this.#holders > 1) return;
    this.#users = shown;
    this.#isOpen = this.#info !== undefined && this.#isConnected();
    if (this.#isOpen) this.#surroundings.rpc.call("beginGesture", { id: this.#id }, ignore);
  };

  readonly #change = (value: number): void => {
    if (this.#holders === 0) {
      this.#changeAtOnce(value, ignore);
    } else if (this.#want(value)) {
      this.#isUnsent = true;
      if (this.#cancelFrame === undefined) this.#sendOnceAFrame();
      this.#publish();
    }
  };

  readonly #end = (): void => {
    if (this.#holders === 0) return;
    this.#holders -= 1;
    if (this.#holders > 0) return;
    if (this.#isOpen) {
      if (this.#isUnsent) this.#send(ignore);
      this.#close();
    }
    this.#publish();
  };

  readonly #reset = (): void => {
    if (this.#info !== undefined) this.#changeAtOnce(this.#info.default, ignore);
  };

  readonly #enter = async (text: string): Promise<boolean> => {
    try {
      const asked = { id: this.#id, text, clamp: true };
      const { value } = await this.#surroundings.rpc.request("parseParameter", asked);
      return await new Promise((resolve) => this.#changeAtOnce(value, resolve));
    } catch {
      return false;
    }
  };

  /** A whole gesture, or a change within the one that is open. */
  #changeAtOnce(value: number, settle: (isAccepted: boolean) => void): void {
    this.#begin();
    if (this.#want(value)) this.#send(settle);
    else settle(false);
    this.#end();
    this.#publish();
  }

  /** Takes the user's value, unless there is nobody to send it to. */
  #want(value: number): boolean {
    if (!this.#isOpen || Number.isNaN(value)) return false;
    this.#users = Math.min(Math.max(value, 0), 1);
    return true;
  }

  #sendOnceAFrame(): void {
    this.#send(ignore);
    this.#cancelFrame = this.#surroundings.scheduleFrame(() => {
      this.#cancelFrame = undefined;
      if (!this.#isUnsent) return;
      this.#sendOnceAFrame();
      this.#publish();
    });
  }

  #send(settle: (isAccepted: boolean) => void): void {
    const value = this.#users;
    this.#isUnsent = false;
    this.#unanswered += 1;
    this.#surroundings.rpc.call("setParameter", { id: this.#id, value }, ({ error }) => {
      this.#unanswered -= 1;
      if (error === undefined) this.#plugins = value;
      else if (error instanceof TimeoutError) this.#surroundings.reload();
      this.#publish();
      settle(error === undefined);
    });
  }

  /** Ends the gesture at the plugin. */
  #close(): void {
    this.#isOpen = false;
    this.#forgetUnsent();
    this.#surroundings.rpc.call("endGesture", { id: this.#id }, ignore);
  }

  #forgetUnsent(): void {
    this.#isUnsent = false;
    this.#cancelFrame?.();
    this.#cancelFrame = undefined;
  }

  #isConnected(): boolean {
    return this.#surroundings.rpc.status.read() === "connected";
  }

  #shown(): number {
    return this.#holders > 0 || this.#unanswered > 0 ? this.#users : this.#plugins;
  }

  #publish(): void {
    const [info, value, text] = [this.#info, this.#shown(), this.#text];
    const before = this.#control.read();
    if (info === undefined) {
      this.#control.set(undefined);
    } else if (before?.info !== info || before.value !== value || before.text !== text) {
      this.#control.set({
        info,
        value,
        text,
        begin: this.#begin,
        change: this.#change,
        end: this.#end,
        reset: this.#reset,
        enter: this.#enter,
      });
    }
    this.#askForText();
  }

  /** Asks for the text of what is shown: one question at a time, and of a drag's values only for those that are sent. */
  #askForText(): void {
    const value = this.#shown();
    if (this.#textValue === value || this.#isFormatting || this.#isUnsent) return;
    if (this.#info === undefined || !this.#isConnected()) return;
    const loads = this.#loads;
    this.#isFormatting = true;
    this.#surroundings.rpc.call("formatParameter", { id: this.#id, value }, ({ result, error }) => {
      this.#isFormatting = false;
      if (loads === this.#loads && !(error instanceof DisconnectedError)) {
        // The text of a value that has gone by is still newer than the one that is shown. A refusal is not asked again.
        if (result !== undefined) this.#text = withMinus(result.text);
        this.#textValue = value;
      }
      this.#publish();
    });
  }
}

function ignore(): void {}
