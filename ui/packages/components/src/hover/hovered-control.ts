import { type Parameter, type Readable, Store } from "@wavecraft/core";
import { controlAround } from "../control/control-element.ts";

/** What the user is looking at. */
export type Hovered =
  | {
      /** A control: its parameter's id. */
      id: string;
      /** The parameter as the control has it; undefined where the element only bears its id. */
      shown: Readable<Parameter | undefined> | undefined;
      hint?: never;
    }
  | {
      id?: never;
      shown?: never;
      /** Anything else that says what it does, by `data-hint` or by its title. */
      hint: string;
    };

/** What says what it does. */
const TELLING = "[data-parameter], [data-hint], [title]";

/** What the pointer is on, or else what the keyboard is on; null while neither is on something that says what it does. */
export const hoveredControl: Readable<Hovered | null> = followedByFirst(new Store<Hovered | null>(null));

/** The document is listened to for as long as somebody follows. */
function followedByFirst(store: Store<Hovered | null>): Readable<Hovered | null> {
  let followers = 0;
  let pointed: Element | null = null;
  let focused: Element | null = null;

  const show = () => {
    const hovered = hoveredAt(pointed) ?? hoveredAt(focused);
    const before = store.read();
    const isSame =
      hovered?.id === before?.id && hovered?.shown === before?.shown && hovered?.hint === before?.hint;
    if (!isSame) store.set(hovered);
  };
  const onPointerOver = ({ target }: Event) => {
    pointed = target as Element;
    show();
  };
  const onPointerLeave = () => {
    pointed = null;
    show();
  };
  const onFocusIn = ({ target }: Event) => {
    // A click that leaves the keyboard on a control does not keep the line there.
    focused = target instanceof Element && target.matches(":focus-visible") ? target : null;
    show();
  };
  const onFocusOut = () => {
    focused = null;
    show();
  };
  const listen = (act: "addEventListener" | "removeEventListener") => {
    document[act]("pointerover", onPointerOver);
    document.documentElement[act]("pointerleave", onPointerLeave);
    document[act]("focusin", onFocusIn);
    document[act]("focusout", onFocusOut);
  };
  return {
    read: store.read,
    subscribe(listener) {
      const leave = store.subscribe(listener);
      followers += 1;
      if (followers === 1) listen("addEventListener");
      let isFollowing = true;
      return () => {
        leave();
        if (isFollowing) followers -= 1;
        isFollowing = false;
        if (followers > 0) return;
        listen("removeEventListener");
        pointed = null;
        focused = null;
        store.set(null);
      };
    },
  };
}

function hoveredAt(element: Element | null): Hovered | null {
  const telling = element?.closest<HTMLElement>(TELLING);
  if (!telling) return null;
  const { parameter, hint = telling.title } = telling.dataset;
  if (parameter !== undefined) return { id: parameter, shown: controlAround(telling)?.shown };
  return hint === "" ? null : { hint };
}
