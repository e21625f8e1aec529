import type { ReactNode } from "react";

/** A group of specimens under a heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      <div className="specimens">{children}</div>
    </section>
  );
}

/** One component in one state, with a note on which. */
export function Specimen({ note, wide = false, children }: SpecimenProps) {
  return (
    <figure data-wide={wide}>
      <div className="stage">{children}</div>
      <figcaption>{note}</figcaption>
    </figure>
  );
}

type SpecimenProps = { note: string; wide?: boolean; children: ReactNode };
