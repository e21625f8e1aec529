/**
 * Methods that some hosts answer beside those of `index.ts`: MIDI controllers that move parameters.
 */
import type {
  Empty,
  Methods as GeneratedMethods,
  Notifications as GeneratedNotifications,
  PluginInfo as GeneratedPluginInfo,
} from "./index.ts";

/** Which parameter. */
type ControlledParameter = {
  /** The parameter's id. */
  id: string;
};

/** A MIDI controller that moves a parameter. */
export type LearnedController = {
  /** The parameter's id. */
  id: string;
  /** The MIDI channel, from 1 to 16. */
  channel: number;
  /** The controller's number, 0 to 127. */
  controller: number;
};

/** Which MIDI controllers move which parameters. */
export type ControllersState = {
  /** The parameter that the next controller which moves is tied to; null while none is learning. */
  learning: string | null;
  /** Those that are tied to one. */
  controllers: Array<LearnedController>;
};

/** What each method takes and returns. */
export type Methods = GeneratedMethods & {
  learnController: { params: ControlledParameter; result: Empty };
  stopLearning: { params: Empty; result: Empty };
  forgetController: { params: ControlledParameter; result: Empty };
  getControllers: { params: Empty; result: ControllersState };
};

/** The name of a method. */
export type MethodName = keyof Methods;

/** What each notification to the page tells. */
export type Notifications = GeneratedNotifications & { controllersChanged: ControllersState };

/** The name of a notification to the page. */
export type NotificationName = keyof Notifications;

/** Who answers: the plugin, and the program that it runs in. */
export type PluginInfo = GeneratedPluginInfo & {
  /** Whether MIDI controllers can be tied to parameters. */
  controllers?: boolean;
};
