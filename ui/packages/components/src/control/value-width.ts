import type { ParameterInfo } from "@wavecraft/core";

/** Values longer than this are cut: a control is not wide enough for sentences. */
const WIDEST_CH = 14;

/** The characters that a parameter's text may need, so that the page does not move when it changes. */
export function valueWidthCh({ text, type, variants, min, max, unit }: ParameterInfo): number {
  const candidates = [text, ...(variants ?? [])];
  if (variants === undefined) {
    const suffix = unit === undefined ? "" : ` ${unit}`;
    for (const limit of [min, max]) {
      if (limit !== undefined) {
        candidates.push(`${limit.toFixed(type === "int" ? 0 : 1)}${suffix}`);
      }
    }
  }
  return Math.min(WIDEST_CH, Math.max(...candidates.map((candidate) => candidate.length)));
}
