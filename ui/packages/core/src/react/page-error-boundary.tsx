import { Component, type CSSProperties, type ReactNode } from "react";

type PageErrorBoundaryProps = { children?: ReactNode };
type PageErrorBoundaryState = { failure: { thrown: unknown } | null };

/** Shows what a component below it has thrown while it rendered, in place of an empty window. */
export class PageErrorBoundary extends Component<PageErrorBoundaryProps, PageErrorBoundaryState> {
  override state: PageErrorBoundaryState = { failure: null };

  static getDerivedStateFromError(thrown: unknown): PageErrorBoundaryState {
    return { failure: { thrown } };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    return failure === null ? this.props.children : <PageError thrown={failure.thrown} />;
  }
}

/** What was thrown, in words, and a way to try again. */
function PageError({ thrown }: { thrown: unknown }) {
  return (
    <div role="alert" style={FRAME}>
      <h1 style={HEADING}>This page has stopped</h1>
      <p style={ADVICE}>The plugin is not affected: its sound goes on.</p>
      <pre style={MESSAGE}>{wordsOf(thrown)}</pre>
      <button type="button" style={BUTTON} onClick={() => location.reload()}>
        Reload page
      </button>
    </div>
  );
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}

// Written into the elements: a page that fails early may have no style sheet.

const FRAME: CSSProperties = {
  position: "fixed",
  inset: 0,
  boxSizing: "border-box",
  padding: 24,
  overflow: "auto",
  background: "#131210",
  color: "#ece6da",
  font: "14px/1.5 system-ui, sans-serif",
};

const HEADING: CSSProperties = { margin: 0, fontSize: 18, fontWeight: 600 };

const ADVICE: CSSProperties = { margin: "4px 0 0", color: "#aaa190" };

const MESSAGE: CSSProperties = {
  margin: "16px 0",
  padding: 12,
  borderRadius: 6,
  background: "#0d0c0b",
  color: "#ff8a7a",
  font: "13px/1.5 ui-monospace, Menlo, Consolas, monospace",
  whiteSpace: "pre-wrap",
  overflowWrap: "anywhere",
  userSelect: "text",
  WebkitUserSelect: "text",
};

const BUTTON: CSSProperties = {
  minHeight: 32,
  padding: "0 16px",
  border: "1px solid #7d7464",
  borderRadius: 6,
  background: "#282520",
  color: "inherit",
  font: "inherit",
  cursor: "pointer",
};
