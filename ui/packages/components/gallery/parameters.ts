import type { ParameterInfo } from "@wavecraft/core";

/** A parameter of the gallery's own: what a plugin would tell of it, and how its values read. */
export type GalleryParameter = {
  info: ParameterInfo;
  /** The text of a value in [0, 1]. */
  format(value: number): string;
  /** The value in [0, 1] that a text means; null when it means none. */
  parse(text: string): number | null;
};

/** A continuous parameter whose scale is even. */
export function even(
  name: string,
  [min, max]: [number, number],
  { unit, initial, decimals = 1 }: { unit: string; initial: number; decimals?: number },
): GalleryParameter {
  const format = (value: number) => `${(min + value * (max - min)).toFixed(decimals)} ${unit}`;
  const normalized = (plain: number) => (plain - min) / (max - min);
  const value = normalized(initial);
  return {
    info: { id: name, name, type: "float", value, default: value, unit, min, max, text: format(value) },
    format,
    parse: (text) => within(normalized(plainNumber(text, unit))),
  };
}

/** A frequency, on a logarithmic scale. */
export function frequency(name: string, [min, max]: [number, number], initial: number): GalleryParameter {
  const format = (value: number) => {
    const hz = min * (max / min) ** value;
    return hz < 1000 ? `${hz.toFixed(hz < 100 ? 1 : 0)} Hz` : `${(hz / 1000).toFixed(2)} kHz`;
  };
  const normalized = (hz: number) => Math.log(hz / min) / Math.log(max / min);
  const value = normalized(initial);
  return {
    info: { id: name, name, type: "float", value, default: value, unit: "Hz", min, max, text: format(value) },
    format,
    parse(text) {
      const thousands = /k(hz)?$/i.test(text.trim()) ? 1000 : 1;
      return within(normalized(plainNumber(text.replace(/k/i, ""), "Hz") * thousands));
    },
  };
}

/** A choice among texts. */
export function choice(name: string, variants: string[], initial = 0): GalleryParameter {
  const steps = variants.length - 1;
  const format = (value: number) => variants[Math.round(value * steps)] ?? "";
  const value = initial / steps;
  return {
    info: {
      id: name,
      name,
      type: "enum",
      value,
      default: value,
      min: 0,
      max: steps,
      steps,
      variants,
      text: format(value),
    },
    format,
    parse(text) {
      const index = variants.findIndex((variant) =>
        variant.toLowerCase().startsWith(text.trim().toLowerCase()),
      );
      return index < 0 || text.trim() === "" ? null : index / steps;
    },
  };
}

/** A whole number. */
export function whole(name: string, [min, max]: [number, number], initial: number): GalleryParameter {
  const steps = max - min;
  const format = (value: number) => String(min + Math.round(value * steps));
  const value = (initial - min) / steps;
  return {
    info: { id: name, name, type: "int", value, default: value, min, max, steps, text: format(value) },
    format,
    parse: (text) => within((plainNumber(text, "") - min) / steps),
  };
}

/** A switch. */
export function onOff(name: string, initial: boolean): GalleryParameter {
  const format = (value: number) => (value >= 0.5 ? "On" : "Off");
  const value = Number(initial);
  return {
    info: { id: name, name, type: "bool", value, default: value, steps: 1, text: format(value) },
    format,
    parse: (text) => (/^on$/i.test(text) ? 1 : /^off$/i.test(text) ? 0 : null),
  };
}

function plainNumber(text: string, unit: string): number {
  const number = text.toLowerCase().replace(unit.toLowerCase(), "").trim();
  return number === "" ? Number.NaN : Number(number);
}

function within(value: number): number | null {
  return value >= 0 && value <= 1 ? value : null;
}
