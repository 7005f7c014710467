// The roster: a week of everybody's shifts, a file to take one in, and who is covered where.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Icon } from "../../shared/ui/Icon";
import { dayAfter, isoDate } from "../../shared/wall-times";
import { Coverage } from "./coverage";
import { RosterDesk } from "./desk";
import { ImportDialog } from "./import";
import "./roster.css";
import { WEEK_DAYS } from "./week";
import { Week } from "./week-table";

export function RosterView(): JSX.Element {
  const [desk] = useState(() => new RosterDesk());
  const importing = useSignal(false);
  useEffect(() => void desk.load(), [desk]);
  const { monday, roster, coverage, error } = desk;
  return (
    <div class="roster" data-testid="roster">
      <div class="roster-head">
        <h2>Roster</h2>
        <div class="gf-row">
          <button
            type="button"
            class="secondary"
            onClick={() => desk.showWeek(dayAfter(monday.value, -WEEK_DAYS))}
          >
            <Icon name="back" />
            Earlier
          </button>
          <button
            type="button"
            class="secondary"
            onClick={() => desk.showWeek(isoDate(Date.now()))}
          >
            This week
          </button>
          <button
            type="button"
            class="secondary"
            onClick={() => desk.showWeek(dayAfter(monday.value, WEEK_DAYS))}
          >
            Later
            <Icon name="next" />
          </button>
          <button
            type="button"
            data-testid="roster-import"
            onClick={() => (importing.value = true)}
          >
            <Icon name="download" />
            Import a file
          </button>
        </div>
      </div>
      <ErrorBox error={error.value} onRetry={() => void desk.load()} />
      {roster.value === null ? (
        error.value === null && (
          <p class="gf-muted" role="status">
            Reading the roster
          </p>
        )
      ) : (
        <Week desk={desk} roster={roster.value} />
      )}
      {coverage.value !== null && <Coverage desk={desk} coverage={coverage.value} />}
      {importing.value && (
        <ImportDialog desk={desk} onClose={() => (importing.value = false)} />
      )}
    </div>
  );
}
