// What is open in one jurisdiction, by profession and treatment class; open more, or close some.

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { JurisdictionView, OpenedView } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import { Choice, CLASSES, PROFESSIONS } from "./choice";
import type { ComplianceDesk } from "./desk";
import { spoken } from "./words";

export function Opening(props: { desk: ComplianceDesk; place: JurisdictionView }): JSX.Element {
  const { desk, place } = props;
  const open = new Map(place.opened.map((one) => [cell(one), one]));
  const choice = useMemo(() => new Choice(desk, place.code, place.name), [desk, place.code]);
  const { chosen, reference } = choice;
  const mayChange = desk.view.value?.may_change === true;

  return (
    <section aria-labelledby="opening-title">
      <h3 id="opening-title">Open for</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="ops-scroll" tabIndex={0} aria-label="Open by treatment and profession">
        <table class="ops-table opening">
          <thead>
            <tr>
              <th scope="col">Treatment</th>
              {PROFESSIONS.map((one) => (
                <th key={one} scope="col">
                  {mayChange ? (
                    <button
                      type="button"
                      class="quiet"
                      aria-label={`Choose all treatments for ${one}`}
                      onClick={() => choice.toggle(CLASSES.map((each) => `${one} ${each}`))}
                    >
                      {one}
                    </button>
                  ) : (
                    one
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {CLASSES.map((each) => (
              <tr key={each}>
                <th scope="row">{spoken(each)}</th>
                {PROFESSIONS.map((one) => (
                  <Cell
                    key={one}
                    opened={open.get(`${one} ${each}`)}
                    label={`${spoken(each)} by ${one}`}
                    mayChange={mayChange}
                    chosen={chosen.value.has(`${one} ${each}`)}
                    onToggle={() => choice.toggle([`${one} ${each}`])}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {mayChange && (
        <form class="compliance-act" onSubmit={(event) => event.preventDefault()}>
          <Field
            label="Reference"
            name="reference"
            help="The memo, ticket or opinion that this rests on."
            maxLength={200}
            testId="opening-reference"
            value={reference.value}
            onValue={(value) => {
              reference.value = value;
            }}
          />
          <div class="gf-row">
            <Act
              desk={desk}
              ready={choice.ready}
              testId="opening-open"
              onAct={() => choice.act("openings")}
            >
              Open {chosen.value.size} chosen
            </Act>
            <Act
              desk={desk}
              ready={choice.ready}
              testId="opening-close"
              quiet={true}
              onAct={() => choice.act("closings")}
            >
              Close {chosen.value.size} chosen
            </Act>
          </div>
        </form>
      )}
    </section>
  );
}

function Cell(props: {
  opened: OpenedView | undefined;
  label: string;
  mayChange: boolean;
  chosen: boolean;
  onToggle: () => void;
}): JSX.Element {
  const { opened, label } = props;
  const word = opened === undefined ? "closed" : "open";
  const title = opened === undefined ? undefined : `${opened.opened_by}: ${opened.reference}`;
  return (
    <td class={`cell-${word}`} title={title}>
      {props.mayChange ? (
        <label>
          <input
            type="checkbox"
            checked={props.chosen}
            aria-label={`${label}, ${word}`}
            onChange={props.onToggle}
          />
          <span>{word}</span>
        </label>
      ) : (
        <span>{word}</span>
      )}
    </td>
  );
}

export function Act(props: {
  desk: ComplianceDesk;
  ready: boolean;
  testId: string;
  quiet?: boolean;
  onAct: () => Promise<void>;
  children: JSX.Element | string | readonly (string | number)[];
}): JSX.Element {
  const { desk, ready } = props;
  const off = !ready || desk.busy.value;
  return (
    <button
      type="button"
      class={props.quiet === true ? "secondary" : undefined}
      aria-disabled={off}
      data-testid={props.testId}
      onClick={() => {
        if (!off) void props.onAct();
      }}
    >
      {props.children}
    </button>
  );
}

function cell(one: OpenedView): string {
  return `${one.profession} ${one.treatment_class}`;
}
