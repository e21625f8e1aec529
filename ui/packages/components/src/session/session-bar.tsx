import { useHistory, useSlots } from "@wavecraft/core/react";
import { PresetPicker } from "./preset-picker.tsx";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";
import { useUndoKeys } from "./use-undo-keys.ts";

const SLOTS = ["a", "b"] as const;

/**
 * Undo and redo, the slots A and B, and the presets. Nothing shows where the host of the page keeps none of them.
 *
 * Ctrl+Z and Ctrl+Shift+Z undo and redo while the page has the keyboard.
 */
export function SessionBar() {
  const { state: history, undo, redo } = useHistory();
  const { selected, select, copyToOther } = useSlots();
  useUndoKeys(history !== null, undo, redo);
  if (history === null && selected === null) return null;
  const other = selected === "a" ? "B" : "A";
  return (
    <div className="wc-session">
      {history !== null && (
        <div className="wc-session-group">
          <SessionButton
            label={named("Undo", history.undo_label)}
            disabled={!history.can_undo}
            onClick={undo}
          >
            <SessionIcon name="undo" />
          </SessionButton>
          <SessionButton
            label={named("Redo", history.redo_label)}
            disabled={!history.can_redo}
            onClick={redo}
          >
            <SessionIcon name="redo" />
          </SessionButton>
        </div>
      )}
      {selected !== null && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame, and has no use for one here.
        <div className="wc-session-group" role="group" aria-label="Compare">
          {SLOTS.map((slot) => (
            <button
              key={slot}
              type="button"
              className="wc-session-button wc-session-slot"
              aria-pressed={slot === selected}
              onClick={() => select(slot)}
            >
              {slot.toUpperCase()}
            </button>
          ))}
          <SessionButton
            className="wc-session-spare"
            label={`Copy ${selected.toUpperCase()} to ${other}`}
            onClick={copyToOther}
          >
            <SessionIcon name="copy" />
          </SessionButton>
        </div>
      )}
      <PresetPicker />
    </div>
  );
}

function named(what: string, label: string | undefined): string {
  return label === undefined ? what : `${what} ${label}`;
}
