import type { Parameter } from "@wavecraft/core";
import { createContext, type RefObject, useContext, useLayoutEffect } from "react";
import { isTextField } from "./text-field.ts";

/** What each control that is on the page moves. */
const parameters = new WeakMap<Element, Parameter>();

/** The id of the parameter that waits for a MIDI controller; null while none does. */
export const LearningContext = createContext<string | null>(null);

/** What goes on an element that shows a parameter, so that menu and hover line know it. */
export type ControlElementProps = {
  /** The parameter's id. */
  "data-parameter": string;
  /** Whether it waits for a MIDI controller. */
  "data-learning": boolean | undefined;
};

/**
 * Makes an element the control of a parameter for the context menu and the hover line. What the menu does, it does to this
 * `control`. `useValueControl` has it already.
 */
export function useControlElement(
  element: RefObject<Element | null>,
  control: Parameter,
): ControlElementProps {
  const { id } = control.info;
  const isLearning = useContext(LearningContext) === id;
  useLayoutEffect(() => {
    if (element.current !== null) parameters.set(element.current, control);
  }, [element, control]);
  return { "data-parameter": id, "data-learning": isLearning || undefined };
}

/** A control, as it is found on the page. */
export type FoundControl = { element: HTMLElement; id: string; parameter: Parameter | undefined };

/** The control that something on the page belongs to. A field in which a text is typed is none. */
export function controlAround(target: EventTarget | null): FoundControl | null {
  if (!(target instanceof Element) || isTextField(target)) return null;
  const element = target.closest<HTMLElement>("[data-parameter]");
  if (element === null) return null;
  const inner = element.querySelector("[data-parameter]");
  const parameter = parameters.get(element) ?? (inner === null ? undefined : parameters.get(inner));
  return { element, id: element.dataset.parameter ?? "", parameter };
}
