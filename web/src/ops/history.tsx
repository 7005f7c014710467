// Past days: one row each, or one of them half hour by half hour; of one jurisdiction or of all.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { calendarDay } from "../shared/format";
import { type ApiError, api, asApiError } from "../shared/http";
import { JURISDICTIONS } from "../shared/jurisdictions";
import type { OpsDayView, OpsHistoryView, OpsStretch } from "../shared/protocol/types";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { Charts } from "./charts/charts";
import { filled, sampleOf } from "./charts/series";
import { type CsvRow, toCsv } from "./csv";
import { DayRows } from "./day-rows";
import { StretchFigures } from "./stretch";
import { dayOf, hashOf } from "./tabs";

const RANGES = [7, 30, 90] as const;

export interface HistoryProps {
  readonly day: string | null;
  readonly timeZone: string;
  readonly targetMs: number;
}

export function HistoryView(props: HistoryProps): JSX.Element {
  const jurisdiction = useSignal("");
  const count = useSignal<number>(30);
  const day = dayOf(props.day);
  const query = jurisdiction.value === "" ? "" : `jurisdiction=${jurisdiction.value}`;
  return (
    <section aria-labelledby="history-title">
      <h2 id="history-title">{day === null ? "History" : calendarDay(day)}</h2>
      <div class="gf-row history-choice">
        <label class="gf-field">
          <span>Day</span>
          <input
            type="date"
            value={day ?? ""}
            data-testid="history-day"
            onChange={(event) => go(event.currentTarget.value)}
          />
        </label>
        <label class="gf-field">
          <span>Jurisdiction</span>
          <select
            value={jurisdiction.value}
            data-testid="history-jurisdiction"
            onChange={(event) => {
              jurisdiction.value = event.currentTarget.value;
            }}
          >
            <option value="">All</option>
            {JURISDICTIONS.map((one) => (
              <option key={one.code} value={one.code}>
                {one.name}
              </option>
            ))}
          </select>
        </label>
        {day === null ? (
          <label class="gf-field">
            <span>Days</span>
            <select
              value={String(count.value)}
              data-testid="history-range"
              onChange={(event) => {
                count.value = Number(event.currentTarget.value);
              }}
            >
              {RANGES.map((one) => (
                <option key={one} value={String(one)}>
                  The last {one}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <button type="button" class="secondary" onClick={() => go("")}>
            <Icon name="back" />
            All days
          </button>
        )}
      </div>
      {day === null ? (
        <Days
          {...props}
          path={`/api/v1/ops/history?days=${count.value}${query === "" ? "" : `&${query}`}`}
        />
      ) : (
        <OneDay {...props} path={`/api/v1/ops/days/${day}${query === "" ? "" : `?${query}`}`} />
      )}
    </section>
  );
}

function go(day: string): void {
  location.hash = hashOf({ tab: "history", rest: day === "" ? null : day });
}

function Days(props: HistoryProps & { path: string }): JSX.Element {
  const asked = useAnswer<OpsHistoryView>(props.path);
  const days = asked.answer?.days;
  const samples = useMemo(() => (days ?? []).map((one) => sampleOf(one.whole)), [days]);
  if (days === undefined) return <Asking {...asked} />;
  const rows = days.map((one) => ({ when: one.date, figures: one.whole }));
  return (
    <>
      <Charts samples={samples} targetMs={props.targetMs} timeZone={props.timeZone} daily />
      <DayRows days={days} />
      <Download name="goodfaith-days.csv" rows={rows} first="day" />
    </>
  );
}

function OneDay(props: HistoryProps & { path: string }): JSX.Element {
  const asked = useAnswer<OpsDayView>(props.path);
  const halves = asked.answer?.half_hours;
  const samples = useMemo(() => filled((halves ?? []).map(sampleOf)), [halves]);
  if (asked.answer === null || halves === undefined) return <Asking {...asked} />;
  return (
    <>
      <div class="figure-groups">
        <StretchFigures of={asked.answer.whole} />
      </div>
      <Charts samples={samples} targetMs={props.targetMs} timeZone={props.timeZone} />
      <Download
        name={`goodfaith-${asked.answer.date}.csv`}
        rows={halves.map((one: OpsStretch) => ({
          when: new Date(one.starts_at_ms).toISOString(),
          figures: one,
        }))}
        first="from_utc"
      />
    </>
  );
}

interface Asked<T> {
  readonly answer: T | null;
  readonly error: ApiError | null;
  readonly again: () => void;
}

/** Ask whenever the path changes; what comes for an earlier path is dropped. */
function useAnswer<T>(path: string): Asked<T> {
  const answer = useSignal<T | null>(null);
  const error = useSignal<ApiError | null>(null);
  const tries = useSignal(0);
  useEffect(() => {
    let over = false;
    answer.value = null;
    error.value = null;
    api<T>("GET", path).then(
      (found) => {
        if (!over) answer.value = found;
      },
      (thrown: unknown) => {
        if (!over) error.value = asApiError(thrown);
      },
    );
    return () => {
      over = true;
    };
  }, [path, tries.value]);
  const again = (): void => {
    tries.value += 1;
  };
  return { answer: answer.value, error: error.value, again };
}

function Asking(props: { error: ApiError | null; again: () => void }): JSX.Element {
  if (props.error?.code === "not_found") {
    return <p class="gf-muted">There is no such day yet.</p>;
  }
  if (props.error !== null) return <ErrorBox error={props.error} onRetry={props.again} />;
  return (
    <p class="gf-muted" role="status">
      Reading the figures
    </p>
  );
}

function Download(props: {
  name: string;
  rows: readonly CsvRow[];
  first: string;
}): JSX.Element {
  const save = (): void => {
    const file = new Blob([toCsv(props.rows, props.first)], { type: "text/csv" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = props.name;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <p class="history-save">
      <button type="button" class="secondary" data-testid="history-csv" onClick={save}>
        <Icon name="download" />
        Download as CSV
      </button>
    </p>
  );
}
