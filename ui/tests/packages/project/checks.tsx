import { Meter, ParameterControl } from "@wavecraft/components";
import { useMeter, useParameter } from "@wavecraft/core/react";

/** What the type check has to accept, and what it has to refuse. */
export function Checks() {
  useParameter("gain");
  // @ts-expect-error: the plugin has no such parameter.
  useParameter("typo");
  useMeter("reduction");
  // @ts-expect-error: the plugin has no such meter.
  useMeter("typo");
  return (
    <>
      <ParameterControl id="gain" />
      {/* @ts-expect-error: the plugin has no such parameter. */}
      <ParameterControl id="typo" />
      <Meter id="reduction" />
      {/* @ts-expect-error: the plugin has no such meter. */}
      <Meter id="gain" />
    </>
  );
}
