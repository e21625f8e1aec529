import type { ReactNode } from "react";

type PanelProps = {
  /** What the section is called, for eyes and screen readers. */
  title: string;
  /** The section's place in the grid, and its styles. */
  name: string;
  /** Small controls at the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
};

/** One section of the strip: its name on the line along which the signal flows, and what belongs to it. */
export function Panel({ title, name, aside, children }: PanelProps) {
  return (
    <section className={`panel panel-${name}`} aria-label={title}>
      <header className="panel-title">
        <h2>{title}</h2>
        <span className="panel-flow" aria-hidden="true" />
        {aside !== undefined && <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
