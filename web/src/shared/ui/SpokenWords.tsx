// Four words that two people read aloud to each other, and the button for when they differ. It
// can be folded, and opens by itself with the words of another attempt.

import type { JSX } from "preact";
import "./spoken-words.css";

export interface SpokenWordsProps {
  readonly words: readonly string[];
  readonly title: string;
  /** What to do with them. */
  readonly how: string;
  readonly differ: string;
  readonly onDiffer: () => void;
}

export function SpokenWords(props: SpokenWordsProps): JSX.Element {
  const { words, title, how, differ, onDiffer } = props;
  return (
    <details class="gf-spoken" open key={words.join()} data-testid="spoken">
      <summary>{title}</summary>
      <p>{how}</p>
      {/* Nobody's language: a browser that translates the page leaves them alone. */}
      <p class="gf-spoken-words" lang="zxx" translate={false} data-testid="spoken-words">
        {words.map((word) => (
          <span key={word}>{word}</span>
        ))}
      </p>
      <button type="button" class="quiet" data-testid="spoken-differ" onClick={onDiffer}>
        {differ}
      </button>
    </details>
  );
}
