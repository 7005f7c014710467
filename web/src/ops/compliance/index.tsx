// Compliance: by which rules decisions are made, what is open where, what was signed off, what
// changed, and what is stale. Operations may read it; the role `compliance` acts.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isoDay } from "../../shared/format";
import type { ComplianceView as View } from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { LiveRegion, Notice } from "../../shared/ui/Notice";
import "./compliance.css";
import { ComplianceDesk } from "./desk";
import { Jurisdiction } from "./jurisdiction";
import { CoverageMap } from "./map";
import { Policy } from "./policy";
import { Questionnaires } from "./questionnaires";
import { Release } from "./release";
import { DONE, FAULT, subjectOf } from "./words";

const PLACE = /^[A-Z]{2}$/;

export function ComplianceView(props: { rest: string | null }): JSX.Element {
  const [desk] = useState(() => new ComplianceDesk());
  const code = PLACE.test(props.rest ?? "") ? props.rest : null;
  useEffect(() => void desk.load(), [desk]);
  useEffect(() => {
    if (code !== null) void desk.show(code);
  }, [desk, code]);
  const view = desk.view.value;
  return (
    <div class="compliance" data-testid="compliance">
      <ErrorBox error={desk.error.value} />
      <LiveRegion text={desk.said.value} />
      {view === null ? (
        <p class="gf-muted" role="status">
          Reading the rules
        </p>
      ) : (
        <>
          <InForce desk={desk} view={view} />
          <div class="compliance-first">
            <CoverageMap rows={view.jurisdictions} current={code} />
            {code === null ? <Choose view={view} /> : <Jurisdiction desk={desk} code={code} />}
          </div>
          <Policy desk={desk} view={view} />
          <Questionnaires sets={view.questionnaires} />
          <Log view={view} />
        </>
      )}
    </div>
  );
}

function InForce(props: { desk: ComplianceDesk; view: View }): JSX.Element {
  const { desk, view } = props;
  const { rules } = view;
  return (
    <section aria-labelledby="in-force-title">
      <h2 id="in-force-title">Rules in force: {rules.version}</h2>
      {rules.fault !== null && (
        <Notice tone="error" testId="rules-fault">
          <p>
            <strong>{FAULT[rules.fault] ?? rules.fault}</strong> Store-and-forward, audio-only
            and controlled drugs are off until there are valid ones.
          </p>
        </Notice>
      )}
      <p class="gf-muted gf-small">
        From {isoDay(new Date(rules.effective_from_ms))} until{" "}
        {isoDay(new Date(rules.effective_until_ms))}.{" "}
        {rules.published
          ? `Published by ${rules.published_by}, ${rules.reference}.`
          : "They came with this release; this network has not published them."}
      </p>
      <Release desk={desk} view={view} />
    </section>
  );
}

function Choose(props: { view: View }): JSX.Element {
  const rows = props.view.jurisdictions;
  const open = rows.filter((one) => one.opened > 0).length;
  const stale = rows.filter((one) => one.overdue > 0).length;
  return (
    <div class="compliance-side">
      <p data-testid="compliance-open">
        <strong>{open} of 51</strong> jurisdictions are open for something. Everything else is
        not served.
      </p>
      <p>
        {stale === 0
          ? "No value is past its review day."
          : `${stale} have values past their review day: those permit nothing any more.`}
      </p>
      <p class="gf-muted">Choose one to see its law, its sources, and what is open there.</p>
    </div>
  );
}

function Log(props: { view: View }): JSX.Element {
  const { changes } = props.view;
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">What compliance did</h2>
      {changes.length === 0 ? (
        <p class="gf-muted">Nothing yet: every jurisdiction is closed.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="ops-scroll" tabIndex={0} aria-label="Log of compliance">
          <table class="ops-table" data-testid="compliance-log">
            <thead>
              <tr>
                {["When", "Who", "What", "Of what", "Reference"].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {changes.map((one) => (
                <tr key={one.number}>
                  <td>{isoDay(new Date(one.at_ms))}</td>
                  <td>{one.actor}</td>
                  <td>{DONE[one.what] ?? one.what}</td>
                  <td>{subjectOf(one.subject)}</td>
                  <td>{one.reference}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
