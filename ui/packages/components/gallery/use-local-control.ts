import type { Parameter } from "@wavecraft/core";
import { useMemo, useState } from "react";
import type { GalleryParameter } from "./parameters.ts";

/** A control on a parameter that lives nowhere but here. */
export function useLocalControl({ info, format, parse }: GalleryParameter, initial = info.value): Parameter {
  const [value, setValue] = useState(initial);
  const actions = useMemo(
    () => ({
      begin() {},
      change: setValue,
      end() {},
      reset: () => setValue(info.default),
      async enter(text: string) {
        const typed = parse(text);
        if (typed !== null) {
          setValue(typed);
        }
        return typed !== null;
      },
    }),
    [info, parse],
  );
  return { ...actions, info, value, text: format(value) };
}
