// What was sent to be looked at without a live visit: mine, and what I may take, by due time.

import type { JSX } from "preact";
import type { ReviewRow } from "../shared/protocol/types";
import { treatmentName } from "../shared/treatments";
import { Icon } from "../shared/ui/Icon";
import type { Desk } from "./desk";
import { dueWords, isOverdue, placeWords } from "./reviews";

export function ReviewList(props: { desk: Desk }): JSX.Element | null {
  const { desk } = props;
  const view = desk.reviews.view.value;
  if (view === null) return null;
  const now = desk.now.value + desk.reviews.ahead.value;
  return (
    <div class="reviews" data-testid="reviews">
      <h2>To review</h2>
      {view.reviews.length === 0 ? (
        <p class="gf-muted gf-small">Nothing was sent for you to review.</p>
      ) : (
        <ul class="unsigned-list">
          {view.reviews.map((row) => (
            <Row key={row.encounter_id} desk={desk} row={row} now={now} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Row(props: { desk: Desk; row: ReviewRow; now: number }): JSX.Element {
  const { desk, row, now } = props;
  const isOpen = desk.chart.value?.encounterId === row.encounter_id;
  const wanted = row.treatments.map((each) => treatmentName(each, "en", []));
  return (
    <li>
      <button
        type="button"
        class="secondary unsigned-row"
        aria-current={isOpen ? "true" : undefined}
        data-testid={`review-${row.encounter_id}`}
        onClick={() => void desk.openReview(row)}
      >
        <span class="unsigned-name">
          {row.patient_name ?? `${row.age_years} years`}, {placeWords(row)}
        </span>
        <span class="gf-small">{wanted.join(", ")}</span>
        <span class={isOverdue(row, now) ? "unsigned-late" : "gf-small"}>
          {isOverdue(row, now) && <Icon name="clock" />} {dueWords(row, now)}
        </span>
        <span class="gf-small">
          {row.mine ? "Yours" : row.live_only ? "Needs live video" : "Take it"}
          {row.flags.length > 0 && `, ${row.flags.length} flagged`}
        </span>
      </button>
    </li>
  );
}
