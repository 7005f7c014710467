// Four words that two people read aloud to each other. Those who find them the same fold them
// away, and so they are out of the picture's way; the words of another attempt open by themselves,
// and it is said that what was compared before no longer counts.

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { comparing } from "./comparing";
import { LiveRegion, Notice } from "./Notice";
import "./spoken-words.css";

export interface SpokenWordsProps {
  /** Null while there are none: no call is connected, or it does not go directly. */
  readonly words: readonly string[] | null;
  /** The call goes through the relay. */
  readonly relayed: boolean;
  readonly title: string;
  /** What to do with them. */
  readonly how: string;
  /** The same, where other words were compared before. */
  readonly anew: string;
  /** Words were compared, and the call goes through the relay now. */
  readonly gone: string;
  readonly same: string;
  readonly differ: string;
  readonly onDiffer: () => void;
}

export function SpokenWords(props: SpokenWordsProps): JSX.Element {
  const { words, relayed, title, how, anew, gone, onDiffer } = props;
  const place = useRef<HTMLDivElement>(null);
  const [compared, setCompared] = useState<string | null>(null);
  const shown = words?.join(" ") ?? null;
  const stands = comparing(compared, shown, relayed);
  const say = stands === "anew" ? anew : how;

  function end(): void {
    // The button that was pressed goes away: who works by keys goes on from here.
    place.current?.focus();
    onDiffer();
  }

  return (
    <div class="gf-spoken-place" ref={place} tabIndex={-1}>
      <LiveRegion text={shown === null ? "" : `${title} ${say}`} />
      {stands === "gone" && (
        <Notice tone="warn" live="polite" testId="spoken-gone">
          {gone}
        </Notice>
      )}
      {words !== null && (
        <Words
          {...props}
          key={shown}
          words={words}
          how={say}
          onSame={() => setCompared(shown)}
          onDiffer={end}
        />
      )}
    </div>
  );
}

interface WordsProps extends SpokenWordsProps {
  readonly words: readonly string[];
  readonly onSame: () => void;
}

function Words(props: WordsProps): JSX.Element {
  const { words, title, how, same, differ, onSame, onDiffer } = props;
  const element = useRef<HTMLDetailsElement>(null);

  function fold(): void {
    onSame();
    if (element.current === null) return;
    element.current.open = false;
    element.current.querySelector("summary")?.focus();
  }

  return (
    <details class="gf-spoken" open ref={element} data-testid="spoken">
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
