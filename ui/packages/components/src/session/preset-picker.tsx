import { usePresets } from "@wavecraft/core/react";
import { type FocusEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { PresetBrowser } from "./preset-browser.tsx";
import { wordsOf } from "./refusal.ts";
import { SessionButton } from "./session-button.tsx";
import { SessionIcon } from "./session-icon.tsx";

/** The preset's name, with the one before and the one after it, and a browser behind the name. */
export function PresetPicker() {
  const { current, list, store } = usePresets();
  const [isOpen, setOpen] = useState(false);
  const [message, setMessage] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  const browser = useId();
  if (current === null) return null;

  const name = current.preset?.name ?? "No preset";
  const say = (attempt: Promise<string[]>) => {
    attempt.then(
      (ignored) => setMessage(ignored.join("; ")),
      (error: unknown) => setMessage(wordsOf(error)),
    );
  };
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && isOpen && !isOfInputMethod(event)) {
      event.preventDefault();
      close();
    }
  };
  const onBlur = (event: FocusEvent<HTMLElement>) => {
    if (!event.currentTarget.contains(event.relatedTarget) && document.hasFocus()) setOpen(false);
  };
  const hasNone = list === null || list.length === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only closes the browser that the button in it opens.
    <div className="wc-session-group wc-presets" onKeyDown={onKeyDown} onBlur={onBlur}>
      <SessionButton
        className="wc-session-spare"
        label="Previous preset"
        disabled={hasNone}
        onClick={() => say(store.step(-1))}
      >
        <SessionIcon name="previous" />
      </SessionButton>
      <button
        ref={opener}
        type="button"
        className="wc-session-button wc-preset-name"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={browser}
        aria-label={`Presets, now ${name}${current.modified ? ", modified" : ""}`}
        title={message === "" ? name : message}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="wc-preset-text">{name}</span>
        {current.modified && <span className="wc-preset-modified" />}
        <SessionIcon name="open" />
      </button>
      <SessionButton
        className="wc-session-spare"
        label="Next preset"
        disabled={hasNone}
        onClick={() => say(store.step(1))}
      >
        <SessionIcon name="next" />
      </SessionButton>
      <div id={browser} className="wc-preset-browser" role="dialog" aria-label="Presets" hidden={!isOpen}>
        {isOpen && (
          <PresetBrowser
            presets={list ?? []}
            current={current.preset}
            store={store}
            message={message}
            onMessage={setMessage}
            onLoad={(id) => say(store.load(id))}
          />
        )}
      </div>
    </div>
  );
}
