import { useEffect } from "react";
import { isTextField } from "../control/text-field.ts";

/**
 * Ctrl+Z and Ctrl+Shift+Z (Cmd on macOS), while the page has the keyboard: otherwise they never come here, and are the
 * host's. In a text field they are the field's own.
 */
export function useUndoKeys(isActive: boolean, undo: () => void, redo: () => void): void {
  useEffect(() => {
    if (!isActive) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndoKey = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.altKey;
      if (!isUndoKey || event.defaultPrevented || isTextField(event.target)) return;
      // Also when there is nothing to undo: the host would take back something else.
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [isActive, undo, redo]);
}
