import { useWavecraft } from "@wavecraft/core/react";
import { type FormEvent, useRef, useState } from "react";
import { valuesInText } from "./state-text.ts";

/** What it takes. */
type PasteStateProps = {
  /** A text to begin with. */
  text: string;
  /** All of the text has been used. */
  onDone(): void;
};

/** A field for a state as text, and a button that sets the parameters by it, in one step. */
export function PasteState({ text, onDone }: PasteStateProps) {
  const { parameters } = useWavecraft();
  const field = useRef<HTMLTextAreaElement>(null);
  const [note, setNote] = useState("");
  const apply = async (event: FormEvent) => {
    event.preventDefault();
    const values = valuesInText(field.current?.value ?? "");
    const { applied, refused } = await parameters.enterAll(values);
    if (applied > 0 && refused.length === 0) onDone();
    else if (applied === 0) setNote("There is no value of a parameter in this text.");
    else setNote(`Not used: ${refused.join(", ")}.`);
  };
  return (
    <form className="wc-paste" onSubmit={(event) => void apply(event)}>
      <textarea
        ref={field}
        className="wc-session-field"
        aria-label="State as text"
        rows={10}
        spellCheck={false}
        defaultValue={text}
      />
      <p role="status">{note}</p>
      <button type="submit" className="wc-session-button wc-preset-submit">
        Apply
      </button>
    </form>
  );
}
