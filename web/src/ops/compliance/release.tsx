// The rules that came with this release and are not in force: what they change, whom they touch
// with an action for each, and the act of publishing them.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { ComplianceView, ReleaseDetailView } from "../../shared/protocol/types";
import { Field } from "../../shared/ui/Field";
import { Notice } from "../../shared/ui/Notice";
import type { ComplianceDesk } from "./desk";
import { Act } from "./opening";
import { ACTION, changeWords, FAULT } from "./words";

export function Release(props: {
  desk: ComplianceDesk;
  view: ComplianceView;
}): JSX.Element | null {
  const { desk, view } = props;
  const { release } = view;
  if (release === null) return null;
  const detail = desk.release.value;
  return (
    <Notice tone="info" testId="release">
      <p>
        <strong>Version {release.version} came with this release and is not published.</strong>{" "}
        {release.changes === 0
          ? "It says the same as the rules in force."
          : `It changes ${release.changes} values, ${release.deciding} of which decide.`}{" "}
        {release.fault !== null && (FAULT[release.fault] ?? release.fault)}
      </p>
      {detail === null ? (
        <button
          type="button"
          class="secondary"
          data-testid="release-show"
          onClick={() => void desk.showRelease()}
        >
          Show what it changes
        </button>
      ) : (
        <Detail desk={desk} detail={detail} mayChange={view.may_change} />
      )}
    </Notice>
  );
}

function Detail(props: {
  desk: ComplianceDesk;
  detail: ReleaseDetailView;
  mayChange: boolean;
}): JSX.Element {
  const { desk, detail, mayChange } = props;
  const reference = useSignal("");
  return (
    <>
      <h3>Whom it touches now</h3>
      {detail.touched.length === 0 ? (
        <p>Nobody who waits or is being seen, and no authorization, is decided otherwise.</p>
      ) : (
        <>
          <ul data-testid="release-touched">
            {detail.touched.map((one) => (
              <li key={one.authorization_id ?? one.encounter_id}>
                <strong>{ACTION[one.action] ?? one.action}</strong>{" "}
                {(one.authorization_id ?? one.encounter_id).slice(0, 8)}, {one.stage}:{" "}
                {changeWords(one)}
              </li>
            ))}
          </ul>
          {detail.touched_total > detail.touched.length && (
            <p>
              The first {detail.touched.length} of {detail.touched_total} are shown.
            </p>
          )}
        </>
      )}
      <details>
        <summary>All changes ({detail.changes_total})</summary>
        <ul class="gf-small">
          {detail.changes.map((one) => (
            <li key={one.where}>
              {one.where}: {one.before ?? "not there"} becomes {one.after ?? "not there"}
            </li>
          ))}
        </ul>
      </details>
      {mayChange && (
        <form class="compliance-act" onSubmit={(event) => event.preventDefault()}>
          <Field
            label="Reference"
            name="release-reference"
            maxLength={200}
            testId="release-reference"
            value={reference.value}
            onValue={(value) => {
              reference.value = value;
            }}
          />
          <Act
            desk={desk}
            ready={reference.value.trim() !== "" && detail.fault === null}
            testId="release-publish"
            onAct={async () => {
              const form = { sha256: detail.sha256, reference: reference.value.trim() };
              await desk.act("POST", "publications", form, "Rules published");
            }}
          >
            Publish
          </Act>
        </form>
      )}
    </>
  );
}
