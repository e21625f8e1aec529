import type { ComponentProps } from "react";

/** What a button of the bar takes: its name, and whatever goes on its element. */
export type SessionButtonProps = ComponentProps<"button"> & { label: string };

/** A button with a sign in place of its name, which shows when the pointer rests on it. */
export function SessionButton({ label, className, ...rest }: SessionButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className={className === undefined ? "wc-session-button" : `wc-session-button ${className}`}
      aria-label={label}
      title={label}
    />
  );
}
