import type { ComponentProps } from "react";

/** What a steady text takes: the following, and whatever goes on its element. */
export type SteadyTextProps = ComponentProps<"span"> & {
  /** The texts that it may come to have. The longest takes its room from the beginning. */
  among: readonly string[];
};

/** A text with room for the longest that may come in its place, so that what is beside it stays where it is. */
export function SteadyText({ among, className, ...rest }: SteadyTextProps) {
  const longest = among.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
  return (
    <span
      {...rest}
      className={className === undefined ? "wc-steady-text" : `wc-steady-text ${className}`}
      data-longest={longest}
    />
  );
}
