import { Knob, SegmentedSelector, Switch } from "@wavecraft/components";
import type { ParameterId } from "@wavecraft/core";
import { useAllParameters, useParameter } from "@wavecraft/core/react";
import { isPlaced } from "../parameter-ids.ts";

/** More choices than this are easier to find on a knob. */
const MOST_SEGMENTS = 5;

/** Parameters that this page has no place for yet: whoever adds one to the plugin can turn it at once. */
export function MoreSection() {
  const { parameters } = useAllParameters();
  const others = parameters.filter((parameter) => !isPlaced(parameter.id));
  if (others.length === 0) return null;
  return (
    <section className="more" aria-label="More">
      {others.map((parameter) => (
        <AnyControl key={parameter.id} id={parameter.id} />
      ))}
    </section>
  );
}

function AnyControl({ id }: { id: string }) {
  // The plugin has just said that it has it.
  const control = useParameter(id as ParameterId);
  if (control === undefined) return null;
  const { type, variants } = control.info;
  if (type === "bool") return <Switch control={control} />;
  if (type === "enum" && variants !== undefined && variants.length <= MOST_SEGMENTS) {
    return <SegmentedSelector control={control} />;
  }
  return <Knob control={control} size="small" />;
}
