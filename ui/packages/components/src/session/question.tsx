/** What it takes. */
type QuestionProps = {
  /** Its name for screen readers. */
  label: string;
  /** What is asked. */
  words: string;
  /** Whether the words may take several lines; otherwise what does not fit is cut. */
  isLong?: boolean;
  /** What the button that goes ahead says. */
  answer: string;
  /** Whether going ahead takes something away for good. */
  isDeletion?: boolean;
  /** Goes ahead. */
  onAnswer(): void;
  /** Leaves everything as it is. */
  onKeep(): void;
};

/** A question in place of a row of buttons. Enter leaves everything as it is. */
export function Question({ label, words, isLong, answer, isDeletion, onAnswer, onKeep }: QuestionProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame, and has no use for one here.
    <div className="wc-preset-line" role="group" aria-label={label}>
      <span className={isLong ? "wc-preset-text wc-preset-question" : "wc-preset-text"}>{words}</span>
      <button
        type="button"
        className={`wc-session-button wc-preset-submit${isDeletion ? " wc-preset-delete" : ""}`}
        onClick={onAnswer}
      >
        {answer}
      </button>
      <button
        type="button"
        className="wc-session-button wc-preset-submit"
        // biome-ignore lint/a11y/noAutofocus: the question takes the place of the button that was pressed.
        autoFocus
        onClick={onKeep}
      >
        Keep
      </button>
    </div>
  );
}
