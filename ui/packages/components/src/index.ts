/**
 * Controls, meters, notices and the frame for the pages of audio plugins.
 *
 * `PluginPage`, `Panel`, `ParameterControl`, `LevelMeter`, `Meter`, `Spectrum`, `Scope` and `Keyboard` make a page by the ids of
 * what the plugin has, and read the client of the provider around. Controls such as `Knob` take a parameter, and know nothing of
 * where it lives.
 *
 * The looks are in `@wavecraft/components/style.css`; `theme.css` lists the custom properties that change them.
 */
export { CanvasPainter } from "./canvas/canvas-painter.ts";
export type { PaintTurn } from "./canvas/paint-turns.ts";
export { RareWriter, textWriter } from "./canvas/rare-writer.ts";
export { usePaint } from "./canvas/use-paint.ts";
export { type Painter, usePainter } from "./canvas/use-painter.ts";
export { type ControlElementProps, useControlElement } from "./control/control-element.ts";
export {
  type PointerDragEvents,
  type PointerDragHandlers,
  usePointerDrag,
} from "./control/use-pointer-drag.ts";
export { useValueControl, type ValueControl, type ValueControlOptions } from "./control/use-value-control.ts";
export {
  TravelContext,
  useValueDrag,
  type ValueDrag,
  type ValueDragOptions,
} from "./control/use-value-drag.ts";
export { ControlMenu } from "./control-menu/control-menu.tsx";
export { type Axis, linearAxis, logarithmicAxis, percent } from "./graph/axis.ts";
export type { GraphPoint } from "./graph/curve-painter.ts";
export { LitCurve, type LitCurveHandle, type LitCurveProps } from "./graph/lit-curve.tsx";
export { HoverLine, type HoverLineProps } from "./hover/hover-line.tsx";
export type { Hovered } from "./hover/hovered-control.ts";
export { useHovered } from "./hover/use-hovered.ts";
export { Keyboard, type KeyboardProps } from "./keyboard/keyboard.tsx";
export { PianoKeys, type PianoKeysProps } from "./keyboard/piano-keys.tsx";
export { Knob, type KnobProps } from "./knob/knob.tsx";
export { Menu, type MenuGroup, type MenuItem, type MenuProps } from "./menu/menu.tsx";
export { MenuButton, type MenuButtonProps } from "./menu/menu-button.tsx";
export type { ChannelBallistics } from "./meter/channel-ballistics.ts";
export type { MeterSource } from "./meter/level-animation.ts";
export { LevelBars, type LevelBarsProps } from "./meter/level-bars.tsx";
export { LevelMeter, type LevelMeterProps } from "./meter/level-meter.tsx";
export { Meter, type MeterProps } from "./meter/meter.tsx";
export { useMeterChannels } from "./meter/use-meter-channels.ts";
export { AudioStatusBadge, type AudioStatusBadgeProps } from "./notice/audio-status-badge.tsx";
export { BuildNotice, type BuildNoticeProps } from "./notice/build-notice.tsx";
export {
  ConnectionBadge,
  type ConnectionBadgeProps,
  type ConnectionStatus,
} from "./notice/connection-badge.tsx";
export { Notices } from "./notice/notices.tsx";
export { PageMenu, type PageMenuProps } from "./page/page-menu.tsx";
export type { PageSizes } from "./page/page-size.ts";
export { Panel, type PanelProps } from "./page/panel.tsx";
export { PluginPage, type PluginPageProps } from "./page/plugin-page.tsx";
export { ParameterControl, type ParameterControlProps } from "./parameter/parameter-control.tsx";
export { UnplacedParameters, type UnplacedParametersProps } from "./parameter/unplaced-parameters.tsx";
export { SegmentedSelector, type SegmentedSelectorProps } from "./selector/segmented-selector.tsx";
export { SessionBar } from "./session/session-bar.tsx";
export { Scope, type ScopeProps } from "./signal/scope.tsx";
export { ScopeGraph, type ScopeGraphProps, type ScopeLook } from "./signal/scope-graph.tsx";
export type { SignalSource } from "./signal/signal-animation.ts";
export { Spectrum, type SpectrumProps } from "./signal/spectrum.tsx";
export { SpectrumGraph, type SpectrumGraphProps, type SpectrumLook } from "./signal/spectrum-graph.tsx";
export { Slider, type SliderProps } from "./slider/slider.tsx";
export { Switch, type SwitchProps } from "./switch/switch.tsx";
export { SteadyText, type SteadyTextProps } from "./text/steady-text.tsx";
export { ResizeCorner, type ResizeCornerProps } from "./window/resize-corner.tsx";
export type { SizeLimits, WindowSize } from "./window/window-size.ts";
