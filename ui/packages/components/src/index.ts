/**
 * Controls, meters and notices for the pages of audio plugins.
 *
 * The looks are in `@wavecraft/components/style.css`; `theme.css` lists the custom properties that change them.
 */
export {
  type PointerDragEvents,
  type PointerDragHandlers,
  usePointerDrag,
} from "./control/use-pointer-drag.ts";
export { useValueControl, type ValueControl, type ValueControlOptions } from "./control/use-value-control.ts";
export { useValueDrag, type ValueDrag, type ValueDragOptions } from "./control/use-value-drag.ts";
export { Knob, type KnobProps } from "./knob/knob.tsx";
export { Meter, type MeterProps } from "./meter/meter.tsx";
export type { MeterSource } from "./meter/meter-animation.ts";
export { AudioStatusBadge, type AudioStatusBadgeProps } from "./notice/audio-status-badge.tsx";
export { BuildNotice, type BuildNoticeProps } from "./notice/build-notice.tsx";
export {
  ConnectionBadge,
  type ConnectionBadgeProps,
  type ConnectionStatus,
} from "./notice/connection-badge.tsx";
export { SegmentedSelector, type SegmentedSelectorProps } from "./selector/segmented-selector.tsx";
export { Slider, type SliderProps } from "./slider/slider.tsx";
export { Switch, type SwitchProps } from "./switch/switch.tsx";
export { ResizeCorner, type ResizeCornerProps } from "./window/resize-corner.tsx";
