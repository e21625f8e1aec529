import { type Parameter, type ParameterId, type Readable, Store } from "@wavecraft/core";
import { useParameter } from "@wavecraft/core/react";
import { createContext, type RefObject, useContext, useLayoutEffect, useSyncExternalStore } from "react";
import { isTextField } from "./text-field.ts";

/** What each control that is on the page moves, as the control has it: undefined once it is gone. */
const parameters = new WeakMap<Element, Store<Parameter | undefined>>();

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
 * `control`, and both say its text. `useValueControl` has it already.
 */
export function useControlElement(
  element: RefObject<Element | null>,
  control: Parameter,
): ControlElementProps {
  const { id } = control.info;
  const isLearning = useContext(LearningContext) === id;
  useLayoutEffect(() => {
    if (element.current !== null) storeOf(element.current).set(control);
  }, [element, control]);
  useLayoutEffect(() => {
    const { current } = element;
    return () => void (current !== null && storeOf(current).set(undefined));
  }, [element]);
  return { "data-parameter": id, "data-learning": isLearning || undefined };
}

function storeOf(element: Element): Store<Parameter | undefined> {
  let store = parameters.get(element);
  if (store === undefined) {
    store = new Store<Parameter | undefined>(undefined);
    parameters.set(element, store);
  }
  return store;
}

/** A control, as it is found on the page. */
export type FoundControl = {
  element: HTMLElement;
  /** The parameter's id. */
  id: string;
  /** The parameter as the control has it; undefined where the element only bears its id. */
  shown: Readable<Parameter | undefined> | undefined;
};

/** The control that something on the page belongs to. A field in which a text is typed is none. */
export function controlAround(target: EventTarget | null): FoundControl | null {
  if (!(target instanceof Element) || isTextField(target)) return null;
  const element = target.closest<HTMLElement>("[data-parameter]");
  if (element === null) return null;
  const inner = element.querySelector("[data-parameter]");
  const shown = parameters.get(element) ?? (inner === null ? undefined : parameters.get(inner));
  return { element, id: element.dataset.parameter ?? "", shown };
}

const NOTHING: Readable<Parameter | undefined> = new Store(undefined);

/**
 * A parameter as a control on the page has it, which a wrapper may have changed, or else as the plugin has it; undefined where the
 * plugin has none of this id.
 */
export function useShown({ id, shown = NOTHING }: Pick<FoundControl, "id" | "shown">): Parameter | undefined {
  const parameter = useParameter(id as ParameterId);
  const ofControl = useSyncExternalStore(shown.subscribe, shown.read);
  return parameter && (ofControl ?? parameter);
}
