import type { Parameter } from "@wavecraft/core";
import { type FocusEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { isOfInputMethod } from "./input-method.ts";
import { valueWidthCh } from "./value-width.ts";

/** What the text of a value takes. */
export type ValueTextProps = {
  /** The parameter. */
  control: Parameter;
  /** What the control is called. */
  label: string;
  /** Only shows the value. */
  disabled: boolean;
  /** Whether the field for a typed value is open. */
  typing: boolean;
  /** Called when the field is to open or to close. */
  onTyping(typing: boolean): void;
  /** Called when the field has closed by a key, so that the keyboard goes back to the control. */
  onDone(): void;
};

/** A value as text; a click on it opens a field for another one. */
export function ValueText({ control, label, disabled, typing, onTyping, onDone }: ValueTextProps) {
  const width = { inlineSize: `${valueWidthCh(control.info)}ch` };
  return (
    <div className="wc-value" style={width}>
      <button
        type="button"
        className="wc-value-text"
        // The control itself opens the field with Enter, so this needs no place of its own in the tab order.
        tabIndex={-1}
        disabled={disabled}
        aria-label={`${control.text}, type a value for ${label}`}
        onClick={() => onTyping(true)}
      >
        {control.text}
      </button>
      {typing && <ValueField control={control} label={label} onTyping={onTyping} onDone={onDone} />}
    </div>
  );
}

/** What the field for a typed value takes. */
export type ValueFieldProps = Pick<ValueTextProps, "control" | "label" | "onTyping" | "onDone"> & {
  /** A text that the plugin could not read before the field was opened. */
  refused?: string;
};

/**
 * The field for a typed value. Enter applies it, and so does moving on; Escape does not. A text that the plugin cannot
 * read leaves the field open, marked and explained.
 */
export function ValueField({ control, label, refused, onTyping, onDone }: ValueFieldProps) {
  const explanation = useId();
  const field = useRef<HTMLInputElement>(null);
  /** The text that is on its way to the plugin. */
  const pending = useRef<string | null>(null);
  const closed = useRef(false);
  const [initial] = useState(control.text);
  const [refusal, setRefusal] = useState<{ text: string; count: number } | null>(
    refused === undefined ? null : { text: refused, count: 1 },
  );

  useEffect(() => {
    closed.current = false;
    field.current?.focus();
    field.current?.select();
    return () => {
      closed.current = true;
    };
  }, []);

  const close = () => {
    if (!closed.current) {
      closed.current = true;
      onTyping(false);
    }
  };
  const apply = async (text: string): Promise<boolean> => {
    pending.current = text;
    // A plugin that cannot be reached has not taken the value either.
    const accepted = await control.enter(text).catch(() => false);
    pending.current = null;
    return accepted;
  };
  const onEnter = async (text: string) => {
    if (pending.current !== null) {
      return;
    }
    const accepted = text === initial || (await apply(text));
    if (closed.current) {
      return;
    }
    if (accepted) {
      close();
      onDone();
    } else {
      setRefusal((before) => ({ text, count: (before?.count ?? 0) + 1 }));
      field.current?.select();
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isOfInputMethod(event)) {
      return;
    }
    if (event.key === "Enter") {
      event.preventDefault();
      void onEnter(event.currentTarget.value);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
      onDone();
    }
  };
  const onBlur = (event: FocusEvent<HTMLInputElement>) => {
    // Another window in front is no decision: the field waits.
    if (closed.current || !document.hasFocus()) {
      return;
    }
    const text = event.currentTarget.value;
    if (text !== initial && text !== refusal?.text && text !== pending.current) {
      void apply(text);
    }
    close();
  };

  return (
    <>
      <input
        ref={field}
        className="wc-value-field"
        type="text"
        autoComplete="off"
        spellCheck={false}
        defaultValue={initial}
        aria-label={`Value of ${label}`}
        aria-invalid={refusal !== null}
        aria-describedby={refusal === null ? undefined : explanation}
        // Two names for the same animation, so that each refusal starts it again.
        data-shake={refusal === null ? undefined : refusal.count % 2}
        onKeyDown={onKeyDown}
        onBlur={onBlur}
      />
      <span id={explanation} role="alert" className="wc-visually-hidden">
        {refusal !== null &&
          `${label} cannot be “${refusal.text}”. Type another value, or press Escape to keep ${initial}.`}
      </span>
    </>
  );
}
