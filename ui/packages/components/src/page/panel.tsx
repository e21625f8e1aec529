import type { ReactNode } from "react";

/** What a panel takes. */
export type PanelProps = {
  /** What the section is called, for eyes and screen readers. */
  title: string;
  /** A class of the page's own, for its place and its styles. */
  className?: string;
  /** Small controls at the right of the title. */
  aside?: ReactNode;
  /** What belongs to it. */
  children?: ReactNode;
};

/** One section of a page: its name, and the controls and meters that belong to it, side by side. */
export function Panel({ title, className, aside, children }: PanelProps) {
  return (
    <section className={className === undefined ? "wc-panel" : `wc-panel ${className}`} aria-label={title}>
      <header className="wc-panel-header">
        <h2 className="wc-panel-title">{title}</h2>
        <span className="wc-panel-line" aria-hidden="true" />
        {aside !== undefined && <div className="wc-panel-aside">{aside}</div>}
      </header>
      <div className="wc-panel-body">{children}</div>
    </section>
  );
}
