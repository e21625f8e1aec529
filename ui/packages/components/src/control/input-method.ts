import type { KeyboardEvent as ReactKeyboardEvent } from "react";

/** Stands for a key that an input method has taken. WebKit says it by this alone, as the composition has ended by then. */
const TAKEN_KEY_CODE = 229;

/** Whether a key belongs to an input method, such as the Enter that takes over what it has composed. */
export function isOfInputMethod(event: ReactKeyboardEvent | KeyboardEvent): boolean {
  const { isComposing } = "nativeEvent" in event ? event.nativeEvent : event;
  return isComposing || event.keyCode === TAKEN_KEY_CODE;
}
