import type { ParameterId } from "@wavecraft/core";
import { useControllers, useParameter, useValueText } from "@wavecraft/core/react";
import { type FoundControl, useShown } from "../control/control-element.ts";
import { controllerOf, wordsOfLearning } from "../control-menu/control-menu.tsx";
import { useHovered } from "./use-hovered.ts";

/** What a hover line takes. */
export type HoverLineProps = {
  /** What it says while nothing is hovered: nothing unless told otherwise. */
  idle?: string;
};

/**
 * One line on what the pointer or the keyboard is on: its name and value, what it does, and its default. While a parameter waits
 * for a MIDI controller, it says so.
 *
 * Screen readers have all of it from the controls themselves.
 */
export function HoverLine({ idle }: HoverLineProps) {
  const hovered = useHovered();
  const learning = useControllers().state?.learning;
  return (
    <p className="wc-hover-line" aria-hidden="true" data-learning={typeof learning === "string"}>
      {typeof learning === "string" ? (
        <LearningWords id={learning} />
      ) : hovered?.id !== undefined ? (
        <ParameterWords {...hovered} />
      ) : (
        <span className="wc-hover-what">{hovered?.hint ?? idle}</span>
      )}
    </p>
  );
}

function LearningWords({ id }: { id: string }) {
  const name = useParameter(id as ParameterId)?.info.name ?? id;
  return <span className="wc-hover-what">{wordsOfLearning(name)}</span>;
}

function ParameterWords({ id, shown }: Pick<FoundControl, "id" | "shown">) {
  const parameter = useShown({ id, shown });
  const textOfDefault = useValueText(parameter?.info, parameter?.info.default ?? 0);
  const defaultText = parameter?.defaultText ?? textOfDefault;
  const { state } = useControllers();
  if (parameter === undefined) return null;
  const { name, description } = parameter.info;
  const tied = state === null ? undefined : controllerOf(state, id);
  return (
    <>
      <strong className="wc-hover-name">{name}</strong>
      <span className="wc-hover-value">{parameter.text}</span>
      <span className="wc-hover-what">{description}</span>
      <span className="wc-hover-default">
        {tied !== undefined && `Controller ${tied}, `}
        {defaultText !== undefined && `${tied === undefined ? "D" : "d"}efault ${defaultText}`}
      </span>
    </>
  );
}
