/** Keeps a defect in one part of the page from taking the others with it, and says what happened. */
import { Component, type ReactNode } from "react";

interface Props {
  /** What stands here, e.g. "the scoreboard". */
  readonly part: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

export class Boundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div role="alert">
        <p>
          <strong>A defect of Gapscope keeps {this.props.part} from being shown.</strong> Your files and what was
          computed are untouched.
        </p>
        <p>
          <code>{error.message}</code>
        </p>
        <button type="button" onClick={() => this.setState({ error: undefined })}>
          Show it again
        </button>
      </div>
    );
  }
}
