// Entries of the audit log as a table that scrolls in its own frame; each opens.

import type { JSX } from "preact";
import { dayAndTime } from "../../shared/format";
import type { AuditEntryView } from "../../shared/protocol/types";
import type { AuditDesk } from "./desk";
import { ACTION, aboutOf, outcomeOf, whoOf } from "./words";

export function Rows(props: {
  desk: AuditDesk;
  entries: readonly AuditEntryView[];
  label: string;
  testId: string;
}): JSX.Element {
  const { desk, entries, label, testId } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="ops-scroll" tabIndex={0} aria-label={label}>
      <table class="ops-table audit-rows" data-testid={testId}>
        <thead>
          <tr>
            {["When", "Who", "What", "Of what", "Outcome"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((one) => (
            <tr key={one.id} data-outcome={one.outcome}>
              <th scope="row">
                <button
                  type="button"
                  class="quiet"
                  data-testid="audit-open"
                  aria-label={`Open the entry of ${dayAndTime(one.at_ms)}, ${whoOf(one)}`}
                  onClick={() => void desk.open(one.id)}
                >
                  {dayAndTime(one.at_ms)}
                </button>
              </th>
              <td>{whoOf(one)}</td>
              <td>{ACTION[one.action]}</td>
              <td>{aboutOf(one)}</td>
              <td>{outcomeOf(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
