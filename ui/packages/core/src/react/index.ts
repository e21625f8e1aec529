/** React's view of a `WavecraftClient`: what mounts a page, a provider, and one hook for each thing that a page reads. */

export { type MountPageOptions, mountPage } from "./mount-page.tsx";
export { useAllParameters } from "./use-all-parameters.ts";
export { useAudioStatus } from "./use-audio-status.ts";
export { type DismissibleBuildStatus, useBuildStatus } from "./use-build-status.ts";
export { useConnectionStatus } from "./use-connection-status.ts";
export { type Controllers, useControllers } from "./use-controllers.ts";
export { type UndoHistory, useHistory } from "./use-history.ts";
export { useHostMenu } from "./use-host-menu.ts";
export { type OwnMeter, useMeter } from "./use-meter.ts";
export { useMeterFrame } from "./use-meter-frame.ts";
export { useMeterValues } from "./use-meter-values.ts";
export { useMeters } from "./use-meters.ts";
export { type Notes, useNotes } from "./use-notes.ts";
export { useParameter } from "./use-parameter.ts";
export { usePluginInfo } from "./use-plugin-info.ts";
export { type Presets, usePresets } from "./use-presets.ts";
export { useRequestResize } from "./use-request-resize.ts";
export { useSignal, useSignalInfo } from "./use-signal.ts";
export { type ComparedSlots, useSlots } from "./use-slots.ts";
export { useValueText } from "./use-value-text.ts";
export { useWavecraft } from "./use-wavecraft.ts";
export { WavecraftProvider, type WavecraftProviderProps } from "./wavecraft-provider.tsx";
