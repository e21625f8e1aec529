import type { ParameterId } from "@wavecraft/core";
import { useAllParameters, useParameter } from "@wavecraft/core/react";
import { Knob, type KnobProps } from "../knob/knob.tsx";
import { SegmentedSelector } from "../selector/segmented-selector.tsx";
import { Switch } from "../switch/switch.tsx";

/** What a parameter's control takes. */
export type ParameterControlProps = {
  /** The parameter's id. */
  id: ParameterId;
  /** The name: the parameter's own unless told otherwise. */
  label?: string;
  /** How large a knob is: "medium" unless told otherwise. */
  size?: NonNullable<KnobProps["size"]>;
  /** Shows the value and takes no input. */
  disabled?: boolean;
};

/** More choices than this are easier to find on a knob. */
const MOST_SEGMENTS = 5;

/**
 * The control that suits a parameter: a switch for one that is on or off, a selector for one with a few choices, a knob
 * for any other. Nothing until the parameters have arrived; a sentence where the plugin has no such parameter.
 */
export function ParameterControl({ id, size = "medium", ...rest }: ParameterControlProps) {
  const { status } = useAllParameters();
  const parameter = useParameter(id);
  if (parameter === undefined) {
    return status === "ready" ? <MissingParameter id={id} /> : null;
  }
  const { type, variants, name } = parameter.info;
  if (type === "bool") return <Switch control={parameter} {...rest} />;
  if (type === "enum" && variants !== undefined && variants.length <= MOST_SEGMENTS) {
    return (
      <div className="wc-choice">
        <SegmentedSelector control={parameter} {...rest} />
        <div className="wc-name" aria-hidden="true">
          {rest.label ?? name}
        </div>
      </div>
    );
  }
  return <Knob control={parameter} size={size} {...rest} />;
}

function MissingParameter({ id }: { id: string }) {
  return (
    <p className="wc-missing" role="alert">
      {`The plugin has no parameter \`${id}\`.`}
    </p>
  );
}
