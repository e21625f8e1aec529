import type { ParameterControl } from "@wavecraft/core";
import { useParameter as useAnyParameter } from "@wavecraft/core/react";
import type { ParameterId } from "./generated/parameters.ts";

/** One of this plugin's parameters: an id that the plugin does not have is a type error. */
export const useParameter: (id: ParameterId) => ParameterControl | undefined = useAnyParameter;
