// What is open in one jurisdiction, by profession and treatment class; open more, or close some.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { JurisdictionView, OpenedView, OpeningForm } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import type { ComplianceDesk } from "./desk";
import { spoken } from "./words";

type Profession = OpeningForm["professions"][number];

export const PROFESSIONS: readonly Profession[] = ["MD", "DO", "NP", "PA"];
export const CLASSES: readonly string[] = [
  ...["neurotoxin", "filler", "biostimulator", "fat_dissolving", "laser_ipl", "energy_device"],
  ...["microneedling", "chemical_peel", "iv_therapy", "im_vitamin", "glp1", "weight_loss_drug"],
  ...["hormone", "prp", "threads", "sclerotherapy", "other"],
];

export function Opening(props: { desk: ComplianceDesk; place: JurisdictionView }): JSX.Element {
  const { desk, place } = props;
  const open = new Map(place.opened.map((one) => [cell(one), one]));
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const reference = useSignal("");
  const mayChange = desk.view.value?.may_change === true;

  function toggle(keys: readonly string[]): void {
    const next = new Set(chosen.value);
    const all = keys.every((key) => next.has(key));
    for (const key of keys) {
      if (all) next.delete(key);
      else next.add(key);
    }
    chosen.value = next;
  }

  async function act(path: "openings" | "closings"): Promise<void> {
    for (const form of formsOf(place.code, chosen.value, reference.value)) {
      const said = path === "openings" ? `Opened in ${place.name}` : `Closed in ${place.name}`;
      if (!(await desk.act("POST", path, form, said))) return;
    }
    chosen.value = new Set();
    reference.value = "";
  }

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
                      onClick={() => toggle(CLASSES.map((each) => `${one} ${each}`))}
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
                    onToggle={() => toggle([`${one} ${each}`])}
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
              ready={isReady()}
              testId="opening-open"
              onAct={() => act("openings")}
            >
              Open {chosen.value.size} chosen
            </Act>
            <Act
              desk={desk}
              ready={isReady()}
              testId="opening-close"
              quiet={true}
              onAct={() => act("closings")}
            >
              Close {chosen.value.size} chosen
            </Act>
          </div>
        </form>
      )}
    </section>
  );

  function isReady(): boolean {
    return chosen.value.size > 0 && reference.value.trim() !== "";
  }
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

/** The chosen cells as forms: professions with the same classes go together. */
export function formsOf(
  jurisdiction: string,
  chosen: ReadonlySet<string>,
  reference: string,
): OpeningForm[] {
  const byClasses = new Map<string, Profession[]>();
  for (const profession of PROFESSIONS) {
    const classes = CLASSES.filter((each) => chosen.has(`${profession} ${each}`)).join(" ");
    if (classes !== "") {
      byClasses.set(classes, [...(byClasses.get(classes) ?? []), profession]);
    }
  }
  return [...byClasses].map(([classes, professions]) => ({
    jurisdiction,
    professions,
    treatment_classes: classes.split(" "),
    reference: reference.trim(),
  }));
}
