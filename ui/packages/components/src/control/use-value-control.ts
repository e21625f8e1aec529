import type { Parameter } from "@wavecraft/core";
import { type ComponentProps, type RefObject, useRef, useState } from "react";
import { useShownParameter } from "../parameter/shown-parameters.ts";
import { type ControlElementProps, useControlElement } from "./control-element.ts";
import { gestureKeys } from "./gesture-keys.ts";
import { useGestureWheel } from "./use-gesture-wheel.ts";
import type { PointerDragHandlers } from "./use-pointer-drag.ts";
import { useSpokenValue } from "./use-spoken-value.ts";
import { useGestureDrag, type ValueDragOptions } from "./use-value-drag.ts";
import { useValueGesture } from "./use-value-gesture.ts";

/** How a control moves its value, and what it is called. */
export type ValueControlOptions = ValueDragOptions & {
  /** Its accessible name. */
  label: string;
};

/** All that makes an element the control of a parameter. */
export type ValueControl = {
  /** Whether the pointer holds it. */
  dragging: boolean;
  /** Whether the field for a typed value is open. */
  typing: boolean;
  /** Opens and closes the field. */
  setTyping(typing: boolean): void;
  /** Gives the element the keyboard. */
  focus(): void;
  /** What goes on further elements by which the same value is dragged, such as the curve beside its handle. */
  dragHandlers: PointerDragHandlers;
  /** What goes on the element. */
  elementProps: ComponentProps<"div"> & ControlElementProps & { ref: RefObject<HTMLDivElement | null> };
};

/** Makes an element the control of a parameter: pointer, wheel, keys, double click, and what screen readers say. */
export function useValueControl(control: Parameter, options: ValueControlOptions): ValueControl {
  const { label, disabled = false } = options;
  useShownParameter(control.info.id);
  const element = useRef<HTMLDivElement | null>(null);
  const controlElement = useControlElement(element, control);
  const spoken = useSpokenValue(control);
  const [typing, setTyping] = useState(false);
  const gesture = useValueGesture(control, disabled);
  const { dragging, handlers } = useGestureDrag(gesture, options);
  useGestureWheel(element, gesture, disabled);
  const focus = () => element.current?.focus();

  const input = disabled
    ? {}
    : {
        ...handlers,
        ...gestureKeys(gesture, () => setTyping(true)),
        onDoubleClick: () => gesture.reset(),
      };
  return {
    dragging,
    typing: typing && !disabled,
    setTyping,
    focus,
    dragHandlers: handlers,
    elementProps: {
      ...controlElement,
      ref: element,
      role: "slider",
      tabIndex: disabled ? -1 : 0,
      "aria-label": label,
      title: control.info.description,
      "aria-orientation": options.direction === "horizontal" ? "horizontal" : "vertical",
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      ...spoken,
      "aria-disabled": disabled,
      ...input,
    },
  };
}
