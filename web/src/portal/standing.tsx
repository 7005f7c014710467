// A standing as it is shown: icon and words; the colour says nothing that they do not.

import type { JSX } from "preact";
import { Icon } from "../shared/ui/Icon";
import type { Standing } from "./state";

export function StandingTag(props: { standing: Standing; testId?: string }): JSX.Element {
  const { standing, testId } = props;
  return (
    <span
      class={`standing standing-${standing.tone}`}
      data-testid={testId}
      data-standing={standing.key}
    >
      <Icon name={standing.icon} />
      {standing.words}
    </span>
  );
}
