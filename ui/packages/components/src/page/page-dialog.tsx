import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

/** What a dialogue takes. */
type PageDialogProps = {
  /** What it is about. */
  title: string;
  /** It is to close, or has. */
  onClose(): void;
  /** What is in it. */
  children: ReactNode;
};

/** A dialogue over the page. Escape, its button and a press beside it close it. */
export function PageDialog({ title, onClose, children }: PageDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // It closes before it is taken away, so that the keyboard goes back to where it was.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialogue's own key.
    <dialog
      ref={dialog}
      className="wc-dialog"
      aria-labelledby={heading}
      onCancel={onClose}
      // What surrounds it is part of it; what is in it is in the element below.
      onClick={({ target, currentTarget }) => target === currentTarget && onClose()}
    >
      <div className="wc-dialog-body">
        <h2 id={heading} className="wc-dialog-title">
          {title}
        </h2>
        {children}
        <button type="button" className="wc-session-button wc-dialog-close" onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  );
}
