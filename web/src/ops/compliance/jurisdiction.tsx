// One jurisdiction: what is open, what is signed off, and each rule with its sources and age.

import type { JSX } from "preact";
import type {
  CitedValueView,
  JurisdictionView,
  RuleView,
  SourceView,
} from "../../shared/protocol/types";
import { Notice } from "../../shared/ui/Notice";
import type { ComplianceDesk } from "./desk";
import { Opening } from "./opening";
import { SignOffs } from "./sign-offs";
import { spoken } from "./words";

export function Jurisdiction(props: { desk: ComplianceDesk; code: string }): JSX.Element {
  const { desk, code } = props;
  const place = desk.place.value;
  if (place?.code !== code) {
    return (
      <p class="gf-muted compliance-side" role="status">
        Reading {code}
      </p>
    );
  }
  return (
    <div class="compliance-side" data-testid="jurisdiction">
      <div class="gf-row gf-spread">
        <h2>{place.name}</h2>
        <a href="#compliance">All jurisdictions</a>
      </div>
      {place.conflict !== null && (
        <Notice tone="warn">
          <p>
            <strong>The sources disagree; the strictest reading holds.</strong> {place.conflict}
          </p>
        </Notice>
      )}
      <Opening key={code} desk={desk} place={place} />
      <SignOffs key={`signed-${code}`} desk={desk} place={place} />
      <Law place={place} />
    </div>
  );
}

function Law(props: { place: JurisdictionView }): JSX.Element {
  const { place } = props;
  const sources = new Map(place.sources.map((one) => [one.id, one]));
  return (
    <section aria-labelledby="law-title">
      <h3 id="law-title">What the law says</h3>
      <p class="gf-muted gf-small">
        Read from {place.confidence === "statute" ? "excerpts of the law" : "secondary sources"}
        . Notes decide nothing.
      </p>
      {place.rules.map((rule) => (
        <Rule key={rule.name} rule={rule} sources={sources} />
      ))}
      <details>
        <summary>Everything else ({place.values.length})</summary>
        <Values values={place.values} sources={sources} />
      </details>
    </section>
  );
}

function Rule(props: {
  rule: RuleView;
  sources: ReadonlyMap<string, SourceView>;
}): JSX.Element {
  const { rule, sources } = props;
  const value = (field: string): string =>
    rule.values.find((one) => one.field === field)?.value ?? "";
  const minimum = value("minimum");
  return (
    <details data-testid={`rule-${rule.name}`}>
      <summary>
        <strong>{rule.name}</strong> {value("professions")}, {value("patient")} patients:{" "}
        {minimum === "" ? "unknown, so live video" : spoken(minimum).toLowerCase()}
        {rule.values.some((one) => one.overdue) && " (stale)"}
      </summary>
      <p>{rule.note}</p>
      <Values values={rule.values} sources={sources} />
    </details>
  );
}

function Values(props: {
  values: readonly CitedValueView[];
  sources: ReadonlyMap<string, SourceView>;
}): JSX.Element {
  return (
    <ul class="cited">
      {props.values.map((one) => (
        <li key={one.field}>
          <strong>{spoken(one.field)}</strong>: {one.value === "" ? "unknown" : one.value}
          <span class="gf-small gf-muted">
            {" "}
            verified {one.verified_on}, review by {one.review_by}
            {one.overdue && (
              <>
                {" "}
                <strong class="grave">overdue</strong>
              </>
            )}
          </span>
          <Citations names={one.citations} sources={props.sources} />
        </li>
      ))}
    </ul>
  );
}

function Citations(props: {
  names: readonly string[];
  sources: ReadonlyMap<string, SourceView>;
}): JSX.Element {
  if (props.names.length === 0) return <span class="gf-small gf-muted">; no source</span>;
  return (
    <ul class="gf-small">
      {props.names.map((name) => {
        const source = props.sources.get(name);
        if (source === undefined) return null;
        const words = [source.cite, source.title].filter(Boolean).join(", ");
        return (
          <li key={name}>
            {source.url?.startsWith("https://") === true ? (
              <a href={source.url} rel="noreferrer noopener" target="_blank">
                {words}
              </a>
            ) : (
              words
            )}{" "}
            ({source.read})
          </li>
        );
      })}
    </ul>
  );
}
