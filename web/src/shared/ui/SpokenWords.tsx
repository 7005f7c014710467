// Four words that two people read aloud to each other. Those who find them the same fold them
// away, and so they are out of the picture's way; the words of another attempt open by themselves.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import "./spoken-words.css";

export interface SpokenWordsProps {
  readonly words: readonly string[];
  readonly title: string;
  /** What to do with them. */
  readonly how: string;
  readonly same: string;
  readonly differ: string;
  readonly onDiffer: () => void;
}

export function SpokenWords(props: SpokenWordsProps): JSX.Element {
  const { words, title, how, same, differ, onDiffer } = props;
  const element = useRef<HTMLDetailsElement>(null);

  function fold(): void {
    if (element.current === null) return;
    element.current.open = false;
    element.current.querySelector("summary")?.focus();
  }

  return (
    <details class="gf-spoken" open ref={element} key={words.join()} data-testid="spoken">
      <summary>{title}</summary>
      <p>{how}</p>
      {/* Nobody's language: a browser that translates the page leaves them alone. */}
      <p class="gf-spoken-words" lang="zxx" translate={false} data-testid="spoken-words">
        {words.map((word, at) => (
          <span key={`${at} ${word}`}>{word}</span>
        ))}
      </p>
      <div class="gf-spoken-answers">
        <button type="button" class="secondary" data-testid="spoken-same" onClick={fold}>
          {same}
        </button>
        <button type="button" class="quiet" data-testid="spoken-differ" onClick={onDiffer}>
          {differ}
        </button>
      </div>
    </details>
  );
}
