// A few boxes to tick under one name.

import type { JSX } from "preact";

export interface Tick<T extends string> {
  readonly value: T;
  readonly label: string;
}

export function Ticks<T extends string>(props: {
  legend: string;
  testId: string;
  all: readonly Tick<T>[];
  chosen: readonly T[];
  onToggle: (value: T) => void;
}): JSX.Element {
  const { legend, testId, all, chosen, onToggle } = props;
  return (
    <fieldset class="ticks">
      <legend>{legend}</legend>
      <div class="ticks-list">
        {all.map((each) => (
          <label key={each.value} class="gf-check">
            <input
              type="checkbox"
              data-testid={`${testId}-${each.value}`}
              checked={chosen.includes(each.value)}
              onChange={() => onToggle(each.value)}
            />
            <span>{each.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
