const PATHS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "m10 3 3.5 3.5L10 10m3-3.5H6.5a4 4 0 0 0 0 8H9",
  copy: "M2.5 8h10M9 4.5 12.5 8 9 11.5",
  previous: "M10 3.5 5.5 8l4.5 4.5",
  next: "M6 3.5 10.5 8 6 12.5",
  open: "m4 6.5 4 4 4-4",
  favourite:
    "m8 2.500 1.700 3.500 3.800.500-2.800 2.700.700 3.800L8 11.200 4.600 13l.700-3.800L2.500 6.500 6.300 6z",
  more: "M3.500 8h.010M8 8h.010m4.490 0h.010",
} as const;

/** A sign on a button, which has its name elsewhere. */
export function SessionIcon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="wc-session-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
