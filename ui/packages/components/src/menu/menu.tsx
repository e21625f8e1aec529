import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
} from "react";

/** One line of a menu. */
export type MenuItem = {
  /** What it says. */
  label: string;
  /** More about it at its right, such as a key. */
  detail?: string;
  /** Whether it is the one of its group that is chosen; absent where it is no choice. */
  checked?: boolean;
  /** Cannot be chosen now. */
  disabled?: boolean;
  /** The user has chosen it. The menu has closed by then. */
  onSelect(): void;
};

/** Lines that belong together. Between groups is a line. */
export type MenuGroup = {
  /** What they are about. */
  title?: string;
  /** Whether they stand side by side. */
  inRow?: boolean;
  /** The lines. */
  items: readonly MenuItem[];
};

/** What a menu takes. */
export type MenuProps = {
  /** Its name for screen readers. */
  label: string;
  /** What is in it. */
  groups: readonly MenuGroup[];
  /** A place in the window, in logical pixels, that it opens at; otherwise it hangs below what it stands in. */
  at?: { x: number; y: number };
  /** What has the keyboard afterwards: what has it when the menu opens, unless told otherwise. */
  opener?: RefObject<HTMLElement | null>;
  /** It is to close. */
  onClose(): void;
};

/** A letter that comes so long after the last begins another word, in milliseconds. */
const TYPING_PAUSE_MS = 600;
/** What the menu leaves free at the window's edge, in pixels. */
const EDGE_PX = 4;

/** How far the keys go, in lines. */
const STEPS: Partial<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * A menu that is open. Arrows go through it, Home and End to its ends, letters to what begins with them; Enter and Space
 * choose. Escape, Tab and a press beside it close it, and the keyboard goes back to where it was.
 */
export function Menu({ label, groups, at, opener, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  const typed = useRef({ text: "", at_ms: 0 });
  const lines = () => [...(menu.current?.querySelectorAll<HTMLElement>(".wc-menu-item") ?? [])];

  usePlace(menu, at);
  useLayoutEffect(() => {
    before.current = opener?.current ?? document.activeElement;
    menu.current?.querySelector<HTMLElement>(".wc-menu-item")?.focus({ preventScroll: true });
  }, [opener]);
  useCloseBeside(menu, onClose);

  const close = () => {
    onClose();
    if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
  };
  const type = (letter: string) => {
    const isSameWord = performance.now() - typed.current.at_ms < TYPING_PAUSE_MS;
    const text = (isSameWord ? typed.current.text : "") + letter.toLowerCase();
    typed.current = { text, at_ms: performance.now() };
    const all = lines();
    // The same letter again goes on to the next line that begins with it.
    const from = all.indexOf(document.activeElement as HTMLElement) + (text.length > 1 ? 0 : 1);
    const inOrder = [...all.slice(from), ...all.slice(0, from)];
    inOrder.find((line) => line.textContent?.toLowerCase().startsWith(text))?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = lines();
    const step = STEPS[event.key];
    if (event.key === "Escape" || event.key === "Tab") close();
    else if (event.key === "Home") all[0]?.focus();
    else if (event.key === "End") all.at(-1)?.focus();
    else if (step !== undefined) {
      const from = all.indexOf(document.activeElement as HTMLElement);
      all.at((from + step) % all.length)?.focus();
    } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
      type(event.key);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) => {
    // To the button that it hangs from, which closes it by itself.
    if (relatedTarget !== null && !currentTarget.parentElement?.contains(relatedTarget)) onClose();
  };
  return (
    <div
      ref={menu}
      className="wc-menu"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      data-placed={at !== undefined}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
      onContextMenu={(event) => event.preventDefault()}
    >
      {groups.map(({ title, inRow, items }, index) => (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is none of the elements that a menu may have.
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no other name, and stay where they are.
        <div key={index} role="group" aria-label={title} className="wc-menu-group" data-in-row={inRow}>
          {title !== undefined && (
            <div className="wc-menu-title" aria-hidden="true">
              {title}
            </div>
          )}
          {items.map((item) => (
            <MenuLine key={item.label} item={item} onClose={close} />
          ))}
        </div>
      ))}
    </div>
  );
}

function MenuLine({ item, onClose }: { item: MenuItem; onClose(): void }) {
  const { label, detail, checked, disabled, onSelect } = item;
  const select = () => {
    if (disabled) return;
    onClose();
    onSelect();
  };
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only a choice has it, whose role it suits.
    <button
      type="button"
      className="wc-menu-item"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={checked}
      aria-disabled={disabled}
      tabIndex={-1}
      onClick={select}
      // The line under the pointer is the line with the keyboard: there is but one.
      onPointerMove={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
    >
      {label}
      {detail !== undefined && <span className="wc-menu-detail">{detail}</span>}
    </button>
  );
}

/** Puts an element at a place in the window, and keeps it within, whatever comes into it. */
export function usePlace(element: RefObject<HTMLElement | null>, at: MenuProps["at"]): void {
  // After every render: a text that arrives later makes it wider.
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null || at === undefined) return;
    const { width, height } = current.getBoundingClientRect();
    // Where the page is zoomed, lengths in its style sheet are, and those of events are not.
    const zoom = (current as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
    const within = (wanted: number, length: number, whole: number) =>
      Math.max(EDGE_PX, Math.min(wanted, whole - length - EDGE_PX)) / zoom;
    current.style.left = `${within(at.x, width, window.innerWidth)}px`;
    current.style.top = `${within(at.y, height, window.innerHeight)}px`;
  });
}

/** Closes what is open when something beside it, and beside what it stands in, is pressed, or another window comes to the front. */
export function useCloseBeside(element: RefObject<HTMLElement | null>, onClose: () => void): void {
  const newest = useRef(onClose);
  useLayoutEffect(() => {
    newest.current = onClose;
  });
  useEffect(() => {
    const close = () => newest.current();
    const onPointerDown = ({ target }: PointerEvent) => {
      if (!element.current?.parentElement?.contains(target as Node)) close();
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    window.addEventListener("blur", close);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown, true);
      window.removeEventListener("blur", close);
    };
  }, [element]);
}
