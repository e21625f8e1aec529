// Generated from the Rust types in crates/wavecraft-ipc: do not edit. Renew it with:
//   cargo xtask codegen

/** The version of the protocol that this page speaks. */
export const PROTOCOL_VERSION = 1;

/** The codes of error answers. */
export const ERROR_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  noSuchParameter: -32000,
  valueOutOfRange: -32001,
  noSuchPreset: -32003,
  presetExists: -32004,
  presetRefused: -32005,
  noSuchSignal: -32006,
} as const;

/** The code of an error answer. */
export type ErrorCode = (typeof ERROR_CODES)[keyof typeof ERROR_CODES];

/** What each method takes and returns. */
export type Methods = {
  ping: { params: Empty; result: PingResult };
  getInfo: { params: Empty; result: PluginInfo };
  getParameter: { params: GetParameterParams; result: GetParameterResult };
  setParameter: { params: SetParameterParams; result: Empty };
  beginGesture: { params: GestureParams; result: Empty };
  endGesture: { params: GestureParams; result: Empty };
  getAllParameters: { params: Empty; result: GetAllParametersResult };
  formatParameter: { params: FormatParameterParams; result: FormatParameterResult };
  parseParameter: { params: ParseParameterParams; result: ParseParameterResult };
  getMeterFrame: { params: Empty; result: GetMeterFrameResult };
  getAudioStatus: { params: Empty; result: GetAudioStatusResult };
  subscribeSignal: { params: SubscribeSignalParams; result: Empty };
  unsubscribeSignal: { params: UnsubscribeSignalParams; result: Empty };
  requestResize: { params: RequestResizeParams; result: RequestResizeResult };
  openHostMenu: { params: OpenHostMenuParams; result: OpenHostMenuResult };
  noteOn: { params: NoteOnParams; result: Empty };
  noteOff: { params: NoteOffParams; result: Empty };
  undo: { params: Empty; result: StepResult };
  redo: { params: Empty; result: StepResult };
  getHistory: { params: Empty; result: HistoryState };
  getSlots: { params: Empty; result: SlotsState };
  selectSlot: { params: SelectSlotParams; result: Empty };
  copySlot: { params: CopySlotParams; result: Empty };
  listPresets: { params: Empty; result: ListPresetsResult };
  getPreset: { params: Empty; result: CurrentPreset };
  loadPreset: { params: PresetIdParams; result: LoadPresetResult };
  savePreset: { params: SavePresetParams; result: PresetIdResult };
  renamePreset: { params: RenamePresetParams; result: PresetIdResult };
  deletePreset: { params: PresetIdParams; result: Empty };
  importPreset: { params: ImportPresetParams; result: PresetIdResult };
  exportPreset: { params: PresetIdParams; result: PresetText };
  writePreset: { params: PresetIdParams; result: WritePresetResult };
  setFavourite: { params: SetFavouriteParams; result: Empty };
  learnController: { params: ControllerParams; result: Empty };
  stopLearning: { params: Empty; result: Empty };
  forgetController: { params: ControllerParams; result: Empty };
  getControllers: { params: Empty; result: ControllersState };
};

/** The name of a method. */
export type MethodName = keyof Methods;

/** What each notification to the page tells. */
export type Notifications = {
  parameterChanged: ParameterChangedParams;
  parametersChanged: Empty;
  meterUpdate: MeterUpdate;
  signalUpdate: SignalUpdate;
  audioStatusChanged: AudioStatus;
  buildStatusChanged: BuildStatus;
  historyChanged: HistoryState;
  slotChanged: SlotsState;
  presetChanged: CurrentPreset;
  presetsChanged: Empty;
  controllersChanged: ControllersState;
};

/** The name of a notification to the page. */
export type NotificationName = keyof Notifications;

/** The id of a request; the answer bears the same. */
export type RequestId = string | number | null;

/** A request from the page. Without an id it is a notification and gets no answer. */
export type RpcRequest<M extends MethodName = MethodName> = {
  [K in M]: { jsonrpc: "2.0"; id?: RequestId; method: K; params: Methods[K]["params"] };
}[M];

/** The answer to a request that was carried out. */
export type RpcSuccess<M extends MethodName = MethodName> = {
  jsonrpc: "2.0";
  id: RequestId;
  result: Methods[M]["result"];
};

/** The answer to a request that was refused. It has changed nothing. */
export type RpcFailure = { jsonrpc: "2.0"; id: RequestId; error: RpcError };

/** The answer to a request. */
export type RpcAnswer<M extends MethodName = MethodName> = RpcSuccess<M> | RpcFailure;

/** A notification to the page. */
export type RpcNotification<N extends NotificationName = NotificationName> = {
  [K in N]: { jsonrpc: "2.0"; method: K; params: Notifications[K] };
}[N];

/** What is wrong with the audio, and what to do about it. */
export type AudioDiagnostic = {
  /** The kind of problem. */
  code: AudioDiagnosticCode;
  /** What is wrong, naming the device or file. */
  message: string;
  /** What the user can do. */
  hint?: string;
};

/** The kinds of audio problems. */
export type AudioDiagnosticCode =
  | "loaderUnavailable"
  | "vtableMissing"
  | "processorCreateFailed"
  | "noInputDevice"
  | "inputPermissionDenied"
  | "noOutputDevice"
  | "streamStartFailed"
  | "unknown";

/** What runs of the audio. */
export type AudioPhase =
  | "disabled"
  | "initializing"
  | "runningFullDuplex"
  | "runningInputOnly"
  | "degraded"
  | "failed";

/** What runs, at which rate and size, and what is wrong if something is. */
export type AudioStatus = {
  /** What runs. */
  phase: AudioPhase;
  /** What is wrong, if something is. */
  diagnostic?: AudioDiagnostic;
  /** Frames a second, as the device runs, once it does. */
  sample_rate?: number;
  /** Frames in a block, as the device delivers them, once it does. */
  buffer_size?: number;
  /** How often the output ran dry since the start. */
  underruns: number;
  /** How often the input found no room since the start. */
  overruns: number;
  /** When this became true, in milliseconds since 1970 (UTC). */
  updated_at_ms: number;
};

/** How far a build is. */
export type BuildState = "building" | "ok" | "failed";

/** What became of the last change to the plugin's source. */
export type BuildStatus = {
  /** How far it is. */
  state: BuildState;
  /**
   * The compiler's message, when it failed. What a build under way waits for, if it does, in words that go on after "the
   * build".
   */
  message?: string;
  /** From the change to the result, in milliseconds, when there is one. */
  duration_ms?: number;
};

/** Which parameter. */
export type ControllerParams = {
  /** The parameter's id. */
  id: string;
};

/** Which controllers move which parameters. */
export type ControllersState = {
  /** The parameter that the next controller is to move; null while none waits. */
  learning: string | null;
  /**
   * One for each parameter that a controller moves, in the order of channels and controllers. The plugin may have other
   * parameters by now than those of which it was learned.
   */
  controllers: Array<LearnedController>;
};

/** From which slot to which. */
export type CopySlotParams = {
  /** The one whose values are copied. */
  from: SlotName;
  /** The one that they go to. */
  to: SlotName;
};

/** The preset that was loaded or saved last in the slot that is heard. */
export type CurrentPreset = {
  /** Null before the first. */
  preset: PresetName | null;
  /** Whether a parameter has another value than the preset gave it. */
  modified: boolean;
};

/** No members: what a method takes that needs nothing, and what one returns that has nothing to tell. */
export type Empty = Record<string, never>;

/** Which parameter, at which value. */
export type FormatParameterParams = {
  /** The parameter's id. */
  id: string;
  /** The value, in [0, 1]. */
  value: NormalizedValue;
};

/** The text. */
export type FormatParameterResult = {
  /** What the user reads, with the unit. */
  text: string;
};

/** Which parameter's control. */
export type GestureParams = {
  /** The parameter's id. */
  id: string;
};

/** All of them. */
export type GetAllParametersResult = {
  /** In an order that stays the same until `parametersChanged`. */
  parameters: Array<ParameterInfo>;
};

/** The status, if there is one. */
export type GetAudioStatusResult = {
  /** Null in a DAW that has not activated the plugin. */
  status: AudioStatus | null;
};

/** The levels, if there are any. */
export type GetMeterFrameResult = {
  /** Null while nothing is measured. */
  frame: MeterFrame | null;
};

/** Which parameter. */
export type GetParameterParams = {
  /** The parameter's id. */
  id: string;
};

/** The parameter and its value. */
export type GetParameterResult = {
  /** The parameter's id. */
  id: string;
  /** Its value, in [0, 1]. */
  value: NormalizedValue;
};

/** What undo and redo would do. */
export type HistoryState = {
  /** Whether there is a step to take back. */
  can_undo: boolean;
  /** Whether there is a step to do again. */
  can_redo: boolean;
  /** The step that undo would take back, as the user reads it: "Drive 12.0 dB". */
  undo_label?: string;
  /** The step that redo would do again. */
  redo_label?: string;
};

/** The program around the plugin. */
export type HostKind = "plugin" | "standalone" | "devServer";

/** The file. */
export type ImportPresetParams = {
  /** What is in it. */
  text: string;
  /** Whether it may take the place of one with the same name. */
  replace?: boolean;
};

/** A parameter, and the controller that moves it. */
export type LearnedController = {
  /** The parameter's id. */
  id: string;
  /** The MIDI channel, from 1 to 16. */
  channel: number;
  /** The controller's number, from 0 to 127. */
  controller: number;
};

/** All of them. */
export type ListPresetsResult = {
  /** Factory presets first, each bank in the order of the names. */
  presets: Array<PresetInfo>;
};

/** What came of it. */
export type LoadPresetResult = {
  /** What of the preset was not used and why, in a sentence each. */
  ignored: Array<string>;
};

/**
 * The levels after processing, as a page asks for them.
 *
 * NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
 */
export type MeterFrame = {
  /** Highest magnitude on the left, linear. */
  peak_l: number;
  /** Highest magnitude on the right, linear. */
  peak_r: number;
  /** Root of the mean square on the left, linear. */
  rms_l: number;
  /** Root of the mean square on the right, linear. */
  rms_r: number;
  /** When it was measured, in microseconds since a moment that stays the same while the plugin runs. */
  timestamp: number;
};

/** A meter of the plugin's own. */
export type MeterInfo = {
  /** Under which its values come. No two meters of a plugin have the same. */
  id: string;
  /** What users read. */
  name: string;
  /** What it measures. */
  kind: MeterKind;
  /** How many channels it has: 1 or more. */
  channels: number;
  /** What it is shown in. A level is shown in dB, though its values are linear. */
  unit?: string;
  /** The lower end of what is shown, in that unit. */
  min?: number;
  /** The upper end of what is shown, in that unit. */
  max?: number;
};

/** What a meter measures, and with it what its value stands for when more than one was measured since the last. */
export type MeterKind = "level" | "gainReduction" | "value";

/**
 * The levels after and before processing and the plugin's own meters, as pages are told of them: 60 times a second in
 * development, 30 in a window, and there 4 in silence.
 *
 * NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
 */
export type MeterUpdate = {
  /** When it was measured, in microseconds since a moment that stays the same while the plugin runs. */
  timestamp_us: number;
  /** Highest magnitude on the left after processing, linear. */
  left_peak: number;
  /** Root of the mean square on the left after processing, linear. */
  left_rms: number;
  /** Highest magnitude on the right after processing, linear. */
  right_peak: number;
  /** Root of the mean square on the right after processing, linear. */
  right_rms: number;
  /** Highest magnitude on the left before processing, linear. */
  input_left_peak: number;
  /** Root of the mean square on the left before processing, linear. */
  input_left_rms: number;
  /** Highest magnitude on the right before processing, linear. */
  input_right_peak: number;
  /** Root of the mean square on the right before processing, linear. */
  input_right_rms: number;
  /** The plugin's own meters by their ids: a number for each channel. */
  values: { [key in string]: Array<number> };
};

/** A channel of MIDI: 0 to 15, which users read as 1 to 16. */
export type MidiChannel = number;

/**
 * A parameter's value in [0, 1], and so finite; negative zero becomes zero.
 *
 * On the wire it is a number with as many digits as single precision needs to read back the same.
 */
export type NormalizedValue = number;

/** A key of MIDI: 0 to 127. 60 is middle C, 69 the A of 440 Hz. */
export type NoteNumber = number;

/** Which key, and how fast it is let go. */
export type NoteOffParams = {
  /** The key, 0 to 127. */
  note: NoteNumber;
  /** The channel on which it went down, 0 to 15; 0 when it is left out. */
  channel?: MidiChannel;
  /** How fast, in [0, 1]; 64/127 when it is left out. */
  velocity?: NormalizedValue;
};

/** Which key, and how hard it is struck. */
export type NoteOnParams = {
  /** The key, 0 to 127. */
  note: NoteNumber;
  /** How hard, in [0, 1]. What is below 1/127 counts as 1/127, the softest. */
  velocity: NormalizedValue;
  /** The channel, 0 to 15; 0 when it is left out. */
  channel?: MidiChannel;
};

/** Which parameter, and where on the page. */
export type OpenHostMenuParams = {
  /** The parameter's id. */
  id: string;
  /** From the page's left edge, in logical pixels. */
  x: number;
  /** From the page's upper edge, in logical pixels. */
  y: number;
};

/** Whether the host was asked. */
export type OpenHostMenuResult = {
  /** False where the host has no such menu, as `host_menu` in getInfo says. */
  opened: boolean;
};

/** Which parameter, and its value now. */
export type ParameterChangedParams = {
  /** The parameter's id. */
  id: string;
  /** Its value, in [0, 1]. */
  value: NormalizedValue;
};

/** Everything that a page needs to show a parameter and to draw its control. */
export type ParameterInfo = {
  /** The parameter's name in every message and in saved projects. It never changes. */
  id: string;
  /** What the user reads. */
  name: string;
  /** The kind of control that suits it. */
  type: ParameterKind;
  /** The value now, in [0, 1]. */
  value: NormalizedValue;
  /** The value after a reset, in [0, 1]. */
  default: NormalizedValue;
  /** What it does to the sound, in a sentence for the user. */
  description?: string;
  /** The unit of `min`, `max` and `text`: "dB", "Hz". */
  unit?: string;
  /** Parameters with the same group belong together on the page. */
  group?: string;
  /** The plain value at 0, in `unit`. */
  min?: number;
  /** The plain value at 1, in `unit`. Between the two the scale need not be linear: ask formatParameter. */
  max?: number;
  /** How many steps lead from 0 to 1, so one less than there are values: 1 for a switch. Absent when continuous. */
  steps?: number;
  /** The text of each value of an enumeration, in the order of its steps. */
  variants?: Array<string>;
  /** The value now as the user reads it, with its unit. */
  text: string;
  /** What sets it beside the user and the host, if not presets and slots alike. */
  recalled_by?: RecallScope;
};

/** The kinds of parameters. */
export type ParameterKind = "float" | "int" | "bool" | "enum";

/** Which parameter, and which text. */
export type ParseParameterParams = {
  /** The parameter's id. */
  id: string;
  /** What the user typed, with or without the unit. */
  text: string;
  /**
   * Whether a number beyond the parameter's range means the nearest end of it, as it does to a user who sees what
   * comes of it. Without it such a number is refused.
   */
  clamp?: boolean;
};

/** The value. */
export type ParseParameterResult = {
  /** In [0, 1]. */
  value: NormalizedValue;
};

/** The answer to a ping. */
export type PingResult = {
  /** Always true. */
  pong: boolean;
};

/** Who answers: the plugin, and the program that it runs in. */
export type PluginInfo = {
  /** The plugin's name. */
  name: string;
  /** Who makes it. */
  vendor: string;
  /** The plugin's own version. */
  version: string;
  /** The version of the protocol. */
  protocol: number;
  /** The program around the plugin. */
  host: HostKind;
  /**
   * The plugin's own meters, whose values come with each `meterUpdate`. Another build may have others: after
   * `parametersChanged`, ask again.
   */
  meters: Array<MeterInfo>;
  /** The points of its sound that a page may subscribe to. Another build may have others, as of the meters. */
  signals: Array<SignalInfo>;
  /**
   * Whether the plugin takes notes, from pages too. Another build may take them or not: after `parametersChanged`, ask
   * again.
   */
  midi_input: boolean;
  /** Whether the DAW has a menu of its own for each parameter, which `openHostMenu` shows. */
  host_menu: boolean;
  /**
   * Whether a MIDI controller can learn to move a parameter: in the standalone and the development server. In a DAW that is
   * the DAW's business.
   */
  controllers: boolean;
};

/** Where a preset comes from. */
export type PresetBank = "factory" | "user";

/** Which preset. */
export type PresetIdParams = {
  /** The preset's id, as listPresets has it. */
  id: string;
};

/** The preset that came of it. */
export type PresetIdResult = {
  /** What it is loaded by. */
  id: string;
};

/** A preset in the list. */
export type PresetInfo = {
  /** What it is loaded by. It changes with the name. */
  id: string;
  /** What the user reads. */
  name: string;
  /** Where it comes from. */
  bank: PresetBank;
  /** Who made it. */
  author?: string;
  /** What it is good for, in single words. */
  tags?: Array<string>;
  /** What it is good for, in a sentence. */
  description?: string;
  /** Whether it is one of the user's favourites. */
  favourite: boolean;
  /** Why it cannot be loaded, if its file is broken. */
  problem?: string;
};

/** A preset by its name. */
export type PresetName = {
  /** Its id when it was loaded. It may have been deleted since. */
  id: string;
  /** What the user reads. */
  name: string;
  /** Where it comes from. */
  bank: PresetBank;
};

/** A preset as a file. */
export type PresetText = {
  /** A name for the file, with its ending. */
  file_name: string;
  /** What is in it. */
  text: string;
};

/** What sets a parameter beside the user and the host. */
export type RecallScope = "everything" | "slots" | "nothing";

/** Which preset, and its new name. */
export type RenamePresetParams = {
  /** The preset's id, as listPresets has it. */
  id: string;
  /** What the user is to read. */
  name: string;
};

/** The size of the page. */
export type RequestResizeParams = {
  /** In whole logical pixels, at least 1. */
  width: number;
  /** In whole logical pixels, at least 1. */
  height: number;
};

/** Whether the window will change. */
export type RequestResizeResult = {
  /** False where the size is not the plugin's to choose, as in a browser. */
  accepted: boolean;
};

/** What an error answer carries: the code for the program, the message for whoever reads the log. */
export type RpcError = {
  /** The kind of error. */
  code: ErrorCode;
  /** What is wrong, naming it, and what to do about it. In English, not for matching. */
  message: string;
};

/** What it is called and good for. */
export type SavePresetParams = {
  /** What the user reads. */
  name: string;
  /** Who made it. */
  author?: string;
  /** What it is good for, in single words. */
  tags?: Array<string>;
  /** What it is good for, in a sentence. */
  description?: string;
  /** Whether it may take the place of one with the same name. */
  replace?: boolean;
};

/** Which slot. */
export type SelectSlotParams = {
  /** The one to hear. */
  slot: SlotName;
};

/** Which preset, and whether it is a favourite. */
export type SetFavouriteParams = {
  /** The preset's id, as listPresets has it. */
  id: string;
  /** Whether it is one from now on. */
  favourite: boolean;
};

/** Which parameter, and which value. */
export type SetParameterParams = {
  /** The parameter's id. */
  id: string;
  /** The value that it is to have, in [0, 1]. A stepped parameter takes the nearest that it can have. */
  value: NormalizedValue;
};

/** A point of the plugin's sound that a page may ask for by `subscribeSignal`. */
export type SignalInfo = {
  /** Under which it is asked for. No two signals of a plugin have the same. */
  id: string;
  /** What users read. */
  name: string;
  /** What is made of it. */
  kind: SignalKind;
  /** What is shown apart: 1 for all channels together, 2 for left and right. */
  channels: number;
  /** Where a spectrum's first column lies, in Hz. */
  min_hz?: number;
  /** Where a spectrum's last column lies, in Hz. Those between are at equal ratios. */
  max_hz?: number;
  /** How long a time a waveform's columns cover together, in milliseconds. */
  duration_ms?: number;
};

/** What is made of a signal. */
export type SignalKind = "spectrum" | "waveform";

/**
 * What a signal is like now. Pages get it about 30 times a second, of the signals that they have asked for.
 *
 * NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
 */
export type SignalUpdate = {
  /** The signal's id. */
  id: string;
  /** When it was looked at, in microseconds since a moment that stays the same while the plugin runs. */
  timestamp_us: number;
  /** A spectrum's columns, or a waveform's lowest and highest sample of each column in turn; one channel after the other. */
  values: Array<number>;
};

/** One of the two sets of values. */
export type SlotName = "a" | "b";

/** The two slots. */
export type SlotsState = {
  /** The one that is heard. */
  selected: SlotName;
};

/** Whether a step was taken. */
export type StepResult = {
  /** False when there was none. */
  applied: boolean;
};

/** Which signal, and how finely. */
export type SubscribeSignalParams = {
  /** The signal's id, as getInfo has it. */
  id: string;
  /** In how many columns, from 16 to 2,048; 256 unless told. */
  resolution?: number;
};

/** Which signal. */
export type UnsubscribeSignalParams = {
  /** The signal's id. */
  id: string;
};

/** The file that was written. */
export type WritePresetResult = {
  /** Where it is, for the user to read. */
  path: string;
};
