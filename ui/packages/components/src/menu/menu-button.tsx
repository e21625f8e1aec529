import { type ComponentProps, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Menu, type MenuGroup } from "./menu.tsx";

/** What a menu's button takes: the following, and whatever goes on its element. */
export type MenuButtonProps = Omit<ComponentProps<"button">, "onClick" | "onKeyDown" | "ref"> & {
  /** Its name, and the menu's. */
  label: string;
  /** What is in the menu. */
  groups: readonly MenuGroup[];
  /** What is on the button: its name unless told otherwise. */
  children?: ReactNode;
};

/** A button behind which a menu is. Besides a click, the arrows down and up open it. */
export function MenuButton({
  label,
  groups,
  className,
  children,
  title = children === undefined ? undefined : label,
  ...rest
}: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <div className="wc-menu-anchor">
      <button
        {...rest}
        // A tooltip would cover the menu.
        title={isOpen ? undefined : title}
        ref={opener}
        type="button"
        className={className === undefined ? "wc-session-button" : `wc-session-button ${className}`}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={onKeyDown}
      >
        {children ?? label}
      </button>
      {isOpen && <Menu label={label} groups={groups} opener={opener} onClose={() => setOpen(false)} />}
    </div>
  );
}
