import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { isOfInputMethod } from "../control/input-method.ts";
import { useComputerKeys } from "./computer-keys.ts";
import { type KeyEvents, KeyHolders } from "./key-holders.ts";
import { keyLayout, noteName, type PianoKey, spokenNoteName, strikeAt } from "./key-layout.ts";

/** What a keyboard's keys take. */
export type PianoKeysProps = KeyEvents & {
  /** The notes that are shown as held, 60 being middle C. */
  held: ReadonlySet<number>;
  /** The lowest key, 0 to 127: C3 (48) unless told otherwise. A black one brings its lower neighbour with it. */
  firstNote?: number;
  /** The highest key: C5 (72) unless told otherwise. A black one brings its upper neighbour with it. */
  lastNote?: number;
  /** The name of the whole: "Keyboard" unless told otherwise. */
  label?: string;
  /** Whether the computer's keys play, A W S E D F and so on, while the page has the keyboard: unless told not to. */
  computerKeys?: boolean;
  /** Shows the notes and takes no input. */
  disabled?: boolean;
};

/** How hard a key is struck by the focus, as it cannot be told. */
const VELOCITY = 100 / 127;

/** How long a key is down that a screen reader has clicked, in milliseconds. */
const TAP_MS = 300;

/** How far the arrow keys move the focus, in semitones. */
const ARROWS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 12, ArrowDown: -12 };

/**
 * The keys of a piano, which knows nothing of who plays the notes. A pointer glides over the keys and strikes harder further
 * down; each finger is a pointer of its own. Every `onNoteOn` is followed by its `onNoteOff`, whatever happens in between: a
 * lost pointer, a window that loses the focus, a hidden page, a keyboard that goes away.
 */
export function PianoKeys({
  held,
  firstNote = 48,
  lastNote = 72,
  label = "Keyboard",
  computerKeys = true,
  disabled = false,
  onNoteOn,
  onNoteOff,
}: PianoKeysProps) {
  const root = useRef<HTMLDivElement>(null);
  const layout = useMemo(() => keyLayout(firstNote, lastNote), [firstNote, lastNote]);
  const events = useRef<KeyEvents>({ onNoteOn, onNoteOff });
  useLayoutEffect(() => {
    events.current = { onNoteOn, onNoteOff };
  });
  const [holders] = useState(
    () =>
      new KeyHolders({
        onNoteOn: (note, velocity) => events.current.onNoteOn(note, velocity),
        onNoteOff: (note) => events.current.onNoteOff(note),
      }),
  );
  /** Pointers that are down, on a key or beside. */
  const [pointers] = useState(() => new Set<number>());
  const [focusNote, setFocusNote] = useState(60);
  const reachable = Math.min(layout.lastNote, Math.max(layout.firstNote, focusNote));
  const computerBase = useComputerKeys(holders, layout, computerKeys && !disabled);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other keys lie under the fingers then
  useEffect(() => {
    const releaseAll = () => {
      pointers.clear();
      holders.releaseAll();
    };
    const releaseIfHidden = () => {
      if (document.visibilityState === "hidden") releaseAll();
    };
    window.addEventListener("blur", releaseAll);
    document.addEventListener("visibilitychange", releaseIfHidden);
    return () => {
      window.removeEventListener("blur", releaseAll);
      document.removeEventListener("visibilitychange", releaseIfHidden);
      releaseAll();
    };
  }, [holders, pointers, layout, disabled]);

  const strike = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const struck = strikeAt(layout, (event.clientX - left) / width, (event.clientY - top) / height);
    const holder = `pointer ${event.pointerId}`;
    if (struck === null) holders.release(holder);
    else holders.press(holder, struck.note, struck.velocity);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (disabled || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pointers.add(event.pointerId);
    strike(event);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (!pointers.has(event.pointerId)) return;
    // A mouse that moves without a button was released where nobody told us.
    if (event.pointerType === "mouse" && event.buttons === 0) onPointerEnd(event);
    else strike(event);
  };
  const onPointerEnd = (event: PointerEvent<HTMLDivElement>) => {
    if (pointers.delete(event.pointerId)) holders.release(`pointer ${event.pointerId}`);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (disabled || isOfInputMethod(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) holders.press(`focus ${event.key}`, reachable, VELOCITY);
      return;
    }
    const step = ARROWS[event.key];
    const target = { Home: layout.firstNote, End: layout.lastNote }[event.key];
    if (step === undefined && target === undefined) return;
    event.preventDefault();
    const next = target ?? reachable + (step ?? 0);
    if (next < layout.firstNote || next > layout.lastNote) return;
    setFocusNote(next);
    root.current?.querySelector<HTMLElement>(`[data-note="${next}"]`)?.focus();
  };
  const onKeyUp = (event: KeyboardEvent<HTMLDivElement>) => holders.release(`focus ${event.key}`);
  const [tap] = useState(() => (note: number) => {
    holders.press(`tap ${note}`, note, VELOCITY);
    setTimeout(() => holders.release(`tap ${note}`), TAP_MS);
  });

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a form's looks and no meaning
    <div
      ref={root}
      role="group"
      className="wc-keyboard"
      aria-label={label}
      aria-disabled={disabled}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerEnd}
      onPointerCancel={onPointerEnd}
      onLostPointerCapture={onPointerEnd}
      onKeyDown={onKeyDown}
      onKeyUp={onKeyUp}
      onBlur={() => holders.releaseAll("focus ")}
    >
      {layout.keys.map((key) => (
        <Key
          key={key.note}
          place={key}
          isHeld={held.has(key.note)}
          isReachable={key.note === reachable}
          isComputerOctave={computerBase !== null && key.note >= computerBase && key.note < computerBase + 12}
          disabled={disabled}
          onFocus={setFocusNote}
          onTap={tap}
        />
      ))}
    </div>
  );
}

type KeyProps = {
  place: PianoKey;
  isHeld: boolean;
  isReachable: boolean;
  isComputerOctave: boolean;
  disabled: boolean;
  onFocus(note: number): void;
  onTap(note: number): void;
};

const Key = memo(function Key({
  place: { note, isBlack, x, width },
  isHeld,
  isReachable,
  isComputerOctave,
  disabled,
  onFocus,
  onTap,
}: KeyProps) {
  const style = { "--wc-key-x": x, "--wc-key-width": width } as CSSProperties;
  return (
    <button
      type="button"
      className="wc-key"
      style={style}
      data-note={note}
      data-black={isBlack}
      data-computer={isComputerOctave}
      aria-label={spokenNoteName(note)}
      aria-pressed={isHeld}
      tabIndex={isReachable ? 0 : -1}
      disabled={disabled}
      onFocus={() => onFocus(note)}
      // By a screen reader: pointers and keys have no click of their own here.
      onClick={(event) => event.detail === 0 && onTap(note)}
    >
      {note % 12 === 0 && <span aria-hidden="true">{noteName(note)}</span>}
    </button>
  );
});
