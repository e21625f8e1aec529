import type { MenuGroup } from "@wavecraft/components";
import type { Parameter } from "@wavecraft/core";
import { stepOf, valueOfStep } from "../plain.ts";

/** A group of a menu in which one of a parameter's choices is chosen. */
export function choices(control: Parameter, detailOf?: (step: number) => string): MenuGroup {
  const { name, variants = [] } = control.info;
  return {
    title: name,
    items: variants.map((variant, step) => ({
      label: withSign(variant),
      ...(detailOf && { detail: detailOf(step) }),
      checked: stepOf(control) === step,
      onSelect: () => control.change(valueOfStep(control, step)),
    })),
  };
}

/** A factor as musicians write it. */
export function withSign(text: string): string {
  return text.replace(/(\d)x/, "$1\u00d7");
}
