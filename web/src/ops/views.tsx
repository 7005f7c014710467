// The tabs of the page and what each shows. A tab is here, or it is not on the page.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { OpsSync } from "../shared/protocol/types";
import { LiveRegion } from "../shared/ui/Notice";
import { Alerts, Changes } from "./changes";
import { Charts } from "./charts/charts";
import { filled } from "./charts/series";
import { ComplianceView } from "./compliance";
import { Headline } from "./headline";
import { HistoryView } from "./history";
import { People } from "./people";
import type { PlannerDesk } from "./planner/desk";
import { PlannerView } from "./planner/view";
import { RosterView } from "./roster";
import { StretchFigures } from "./stretch";
import { TileMap } from "./tile-map";
import { Waiting } from "./waiting";

export interface ViewProps {
  readonly sync: OpsSync;
  /** The server's clock. */
  readonly now: number;
  /** What the address says after the tab's name. */
  readonly rest: string | null;
  /** It outlives its tab: a plan takes a while, and other tabs are looked at meanwhile. */
  readonly planner: PlannerDesk;
}

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly view: (props: ViewProps) => JSX.Element;
}

export const TABS: readonly Tab[] = [
  { name: "now", label: "Now", view: NowView },
  { name: "today", label: "Today", view: TodayView },
  {
    name: "history",
    label: "History",
    view: (props) => (
      <HistoryView
        day={props.rest}
        timeZone={props.sync.time_zone}
        targetMs={props.sync.target_ms}
      />
    ),
  },
  { name: "roster", label: "Roster", view: () => <RosterView /> },
  { name: "planner", label: "Planner", view: (props) => <PlannerView desk={props.planner} /> },
  {
    name: "compliance",
    label: "Compliance",
    view: (props) => <ComplianceView rest={props.rest} />,
  },
];

function NowView(props: ViewProps): JSX.Element {
  const { sync, now } = props;
  const total = sync.now.waiting_total;
  return (
    <>
      <Headline sync={sync} now={now} />
      <div class="ops-first">
        <div>
          <Alerts sync={sync} now={now} />
          <Changes sync={sync} />
        </div>
        <TileMap sync={sync} now={now} />
      </div>
      <Waiting sync={sync} now={now} />
      <People sync={sync} now={now} />
      <LiveRegion text={total === 1 ? "1 patient waits" : `${total} patients wait`} />
    </>
  );
}

function TodayView(props: ViewProps): JSX.Element {
  const { today, target_ms: targetMs, time_zone: timeZone } = props.sync;
  const samples = useMemo(() => filled(today.points), [today.points]);
  return (
    <section aria-labelledby="today-title">
      <h2 id="today-title">
        Today, {today.date}{" "}
        <span class="gf-small gf-muted">midnight to midnight in {timeZone}</span>
      </h2>
      <div class="figure-groups">
        <StretchFigures of={today.whole} />
      </div>
      <Charts samples={samples} targetMs={targetMs} timeZone={timeZone} />
    </section>
  );
}
