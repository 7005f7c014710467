// What must be looked at first: the gravest above, each with its gravity in words.

import "./flag-list.css";
import type { JSX } from "preact";
import type { HealthFlag } from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { Icon } from "../shared/ui/Icon";
import { byGravity, SEVERITY_WORDS } from "./words";

export function FlagList(props: { flags: readonly HealthFlag[]; empty: string }): JSX.Element {
  const { flags, empty } = props;
  if (flags.length === 0) {
    return (
      <p class="flags-none">
        <Icon name="check" /> {empty}
      </p>
    );
  }
  return (
    <ul class="flags" aria-label="Flags">
      {byGravity(flags).map((flag) => (
        <li key={`${flag.code}:${flag.applies_to}`} class={`flag flag-${flag.severity}`}>
          <Icon name={flag.severity === "review" ? "flag" : "warning"} />
          <div>
            <strong>{SEVERITY_WORDS[flag.severity]}</strong>
            {scope(flag.applies_to)}
            <span class="flag-reason">{flag.reason}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function scope(appliesTo: string): JSX.Element | null {
  if (appliesTo === "" || appliesTo === "all") return null;
  return <span class="gf-muted"> · {treatmentLabel(appliesTo, "en")}</span>;
}
