/** What the user does, and what comes of it. */
const GESTURES = [
  ["Drag", "Moves a control; with Shift ten times finer"],
  ["Wheel", "A step, or a hundredth; with Shift ten times finer"],
  ["Double click, Delete", "Back to the default"],
  ["Arrows, Page Up, Page Down", "A step, or a tenth"],
  ["Home, End", "All the way"],
  ["Enter, click on a value", "Type a value"],
  ["Right click, long press, Menu", "All that can be done with a control"],
  ["Ctrl Z, Ctrl Shift Z", "Undo, redo"],
  ["Tab, Shift Tab", "The next control, the last"],
] as const;

/** Keys and gestures. */
export function PageHelp() {
  return (
    <dl className="wc-help">
      {GESTURES.map(([gesture, effect]) => (
        <div key={gesture}>
          <dt>{gesture}</dt>
          <dd>{effect}</dd>
        </div>
      ))}
    </dl>
  );
}
