// Health questions: which set a clinician signed off, in which version, and which are drafts.
// A draft is not used outside of a demo. Signing is done at the terminal, by name and reference.

import type { JSX } from "preact";
import { isoDay } from "../../shared/format";
import type { QuestionSetView } from "../../shared/protocol/types";
import { treatmentLabel } from "../../shared/treatments";

const STANDINGS: Readonly<Record<QuestionSetView["standing"], string>> = {
  signed: "Signed off",
  other_version: "Another version was signed: not used",
  unsigned: "Draft, not clinically approved",
};

export function Questionnaires(props: { sets: readonly QuestionSetView[] }): JSX.Element {
  const { sets } = props;
  const signed = sets.filter((one) => one.standing === "signed").length;
  return (
    <section aria-labelledby="questionnaires-title">
      <h2 id="questionnaires-title">Health questions</h2>
      <p data-testid="questionnaires-signed">
        <strong>
          {signed} of {sets.length}
        </strong>{" "}
        sets are signed off by a clinician. The others are used in a demo only.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section class="ops-scroll" tabIndex={0} aria-label="Sets of health questions">
        <table class="ops-table" data-testid="questionnaires">
          <thead>
            <tr>
              {["Set", "Standing", "Version", "Signed by", "When", "Reference"].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sets.map((one) => (
              <tr key={one.name} data-testid={`questionnaire-${one.name}`}>
                <td>{one.name === "general" ? "General" : treatmentLabel(one.name, "en")}</td>
                <td class={`set-${one.standing}`}>{STANDINGS[one.standing]}</td>
                <td title={one.sha256}>
                  {one.version} · {one.sha256.slice(0, 12)}
                </td>
                <td>
                  {one.signed_by === null ? "" : `${one.signed_by}, ${one.credential ?? ""}`}
                </td>
                <td>
                  {one.signed_at_ms === null
                    ? ""
                    : `${isoDay(new Date(one.signed_at_ms))} (${one.signed_version ?? ""})`}
                </td>
                <td>{one.reference ?? ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
