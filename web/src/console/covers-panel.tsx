// What this signed exam still allows, each with a button that ends it for good.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { isoDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import type { ChartView, CoversView, CoverView } from "../shared/protocol/types";
import { treatmentLabel } from "../shared/treatments";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { canEnd, coverStanding } from "./covers";
import { EndDialog } from "./end-dialog";
import "./covers.css";

export function Covers(props: { view: ChartView; onEnded: () => void }): JSX.Element | null {
  const { view, onEnded } = props;
  const covers = useSignal<readonly CoverView[] | null>(null);
  const error = useSignal<ApiError | null>(null);
  const ending = useSignal<CoverView | null>(null);

  async function load(): Promise<void> {
    const path = `/api/v1/console/encounters/${view.encounter_id}/authorizations`;
    try {
      covers.value = (await api<CoversView>("GET", path)).authorizations;
      error.value = null;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  // An addendum comes with everything that is done with one of them, here or elsewhere.
  useEffect(() => void load(), [view.encounter_id, view.addenda.length]);
  const label = (cover: CoverView): string =>
    treatmentLabel(cover.treatment_class, "en", view.treatment_options);
  return (
    <section class="covers" aria-label="What this exam allows" data-testid="covers">
      <h3>What this exam allows</h3>
      <ErrorBox error={error.value} onRetry={() => void load()} />
      {covers.value?.length === 0 && (
        <p class="gf-muted gf-small">Nothing: no treatment was approved.</p>
      )}
      <ul class="covers-list">
        {(covers.value ?? []).map((cover) => (
          <Row
            key={cover.authorization_id}
            cover={cover}
            label={label(cover)}
            onEnd={() => (ending.value = cover)}
          />
        ))}
      </ul>
      {ending.value !== null && (
        <EndDialog
          cover={ending.value}
          label={label(ending.value)}
          onClose={() => (ending.value = null)}
          onEnded={() => {
            ending.value = null;
            void load();
            onEnded();
          }}
        />
      )}
    </section>
  );
}

function Row(props: { cover: CoverView; label: string; onEnd: () => void }): JSX.Element {
  const { cover, label, onEnd } = props;
  const today = isoDay(new Date());
  const standing = coverStanding(cover, today);
  return (
    <li data-standing={standing.key} data-testid={`cover-${cover.treatment_class}`}>
      <div>
        <strong>{label}</strong>
        <p class="gf-small">{standing.words}</p>
      </div>
      {canEnd(cover, today) && (
        <button
          type="button"
          class="secondary"
          data-testid={`cover-end-${cover.treatment_class}`}
          onClick={onEnd}
        >
          End it
        </button>
      )}
    </li>
  );
}
