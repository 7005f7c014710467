// Several of a few things, each on a card that is ticked.

import type { Signal } from "@preact/signals";
import type { JSX } from "preact";

export function Choices<Word extends string>(props: {
  legend: string;
  /** What their names and test ids begin with: `topic`. */
  name: string;
  all: readonly { readonly word: Word; readonly words: string }[];
  chosen: Signal<readonly Word[]>;
}): JSX.Element {
  const { legend, name, all, chosen } = props;
  const toggle = (word: Word, on: boolean): void => {
    const others = chosen.value.filter((each) => each !== word);
    chosen.value = on ? [...others, word] : others;
  };
  return (
    <fieldset class="exam-treatments">
      <legend>{legend}</legend>
      <div class="cards">
        {all.map(({ word, words }) => {
          const on = chosen.value.includes(word);
          return (
            <div key={word} class="card" data-on={on}>
              <label>
                <input
                  type="checkbox"
                  name={`${name}-${word}`}
                  data-testid={`${name}-${word}`}
                  checked={on}
                  onChange={(event) => toggle(word, event.currentTarget.checked)}
                />
                {words}
              </label>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}
