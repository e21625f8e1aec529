import { Meter, ParameterControl, Scope, Spectrum } from "@wavecraft/components";
import { useMeter, useParameter, useSignal } from "@wavecraft/core/react";

/** What the type check has to accept, and what it has to refuse. */
export function Checks() {
  useParameter("gain");
  // @ts-expect-error: the plugin has no such parameter.
  useParameter("typo");
  useMeter("reduction");
  // @ts-expect-error: the plugin has no such meter.
  useMeter("typo");
  useSignal("before", () => {});
  // @ts-expect-error: the plugin has no such signal.
  useSignal("typo", () => {});
  return (
    <>
      <ParameterControl id="gain" />
      {/* @ts-expect-error: the plugin has no such parameter. */}
      <ParameterControl id="typo" />
      <Meter id="reduction" />
      {/* @ts-expect-error: the plugin has no such meter. */}
      <Meter id="gain" />
      <Spectrum id="before" />
      {/* @ts-expect-error: the plugin has no such signal. */}
      <Spectrum id="reduction" />
      {/* @ts-expect-error: the plugin has no such signal. */}
      <Scope id="typo" />
    </>
  );
}
