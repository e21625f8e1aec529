import { ParameterControl } from "@wavecraft/components";
import { useParameter } from "@wavecraft/core/react";

/** What the type check has to accept, and what it has to refuse. */
export function Checks() {
  useParameter("gain");
  // @ts-expect-error: the plugin has no such parameter.
  useParameter("typo");
  return (
    <>
      <ParameterControl id="gain" />
      {/* @ts-expect-error: the plugin has no such parameter. */}
      <ParameterControl id="typo" />
    </>
  );
}
