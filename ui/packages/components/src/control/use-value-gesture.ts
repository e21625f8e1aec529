import type { Parameter } from "@wavecraft/core";
import { useEffect, useLayoutEffect, useState } from "react";
import { ValueGesture } from "./value-gesture.ts";

/**
 * The gesture of one control on the page. It ends by itself when the control goes away or is disabled, and when the
 * window loses the focus, because the release may then never be told.
 */
export function useValueGesture(control: Parameter, disabled: boolean): ValueGesture {
  const [gesture] = useState(() => new ValueGesture(control));
  useLayoutEffect(() => {
    gesture.follow(control);
  }, [gesture, control]);
  useEffect(() => {
    if (disabled) {
      return;
    }
    const releaseAll = () => gesture.releaseAll();
    window.addEventListener("blur", releaseAll);
    return () => {
      window.removeEventListener("blur", releaseAll);
      releaseAll();
    };
  }, [gesture, disabled]);
  return gesture;
}
