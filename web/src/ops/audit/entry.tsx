// One entry, all of it, and what it takes to check that nobody changed it.

import type { JSX } from "preact";
import { dayAndTime } from "../../shared/format";
import type { AuditProofView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { Notice } from "../../shared/ui/Notice";
import type { AuditDesk } from "./desk";
import { ACTION, outcomeOf, whoOf } from "./words";

export function Entry(props: { desk: AuditDesk }): JSX.Element {
  const { desk } = props;
  const opened = desk.opened.value;
  const close = (): void => {
    desk.opened.value = null;
  };
  return (
    <Dialog
      open={opened !== null}
      title="Entry of the audit log"
      onClose={close}
      testId="audit-entry"
      actions={
        <button type="button" class="secondary" data-testid="audit-close" onClick={close}>
          Close
        </button>
      }
    >
      {opened !== null && <Told desk={desk} proof={opened} />}
    </Dialog>
  );
}

function Told(props: { desk: AuditDesk; proof: AuditProofView }): JSX.Element {
  const { desk, proof } = props;
  const one = proof.entry;
  const facts: readonly (readonly [string, string | null])[] = [
    ["When", dayAndTime(one.at_ms)],
    ["Who", `${whoOf(one)} (${one.actor})`],
    ["Role", one.role.replaceAll("_", " ")],
    ["What", ACTION[one.action]],
    ["Outcome", outcomeOf(one)],
    ["By", one.route],
    ["Encounter", one.encounter_id],
    ["Patient", one.patient_id],
    ["How many", one.number === null ? null : String(one.number)],
    ["Among them", one.shown.length === 0 ? null : one.shown.join(", ")],
    ["Session", one.session],
    ["Address", one.address === null ? null : `${one.address} (keyed hash)`],
    ["Leaf", proof.leaf_hash],
  ];
  return (
    <>
      {!proof.holds && (
        <Notice tone="error" live="assertive">
          <p>
            <strong>This entry was changed.</strong> What is stored does not match its leaf.
          </p>
        </Notice>
      )}
      {proof.late && (
        <Notice tone="warn" live="polite" testId="audit-late">
          <p>
            <strong>This entry entered the tree later than it says.</strong> A tree was signed
            without it more than a minute after its time: it was put in afterwards, or the tree
            was behind.
          </p>
        </Notice>
      )}
      {/* The top of a long entry is what is seen, and said, first. */}
      <dl class="audit-facts" tabIndex={-1} autofocus>
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
        <div>
          <dt>Place in the tree</dt>
          <dd data-testid="audit-place">
            {one.log_index === null
              ? "Not in the tree yet: entries are put there in batches."
              : proof.tree_size === null
                ? `Leaf ${one.log_index}; no tree that has it is signed yet.`
                : `Leaf ${one.log_index} of ${proof.tree_size}, proved with ${proof.proof.length} hashes.`}
          </dd>
        </div>
      </dl>
      <details>
        <summary>The leaf, as it is hashed</summary>
        <code class="audit-header">{proof.header}</code>
      </details>
      {one.encounter_id !== null && (
        <button
          type="button"
          class="secondary"
          data-testid="audit-same"
          onClick={() => {
            const encounter = one.encounter_id ?? "";
            desk.opened.value = null;
            void desk.search({ encounter, who: "", patient: "", action: "", outcome: "" });
          }}
        >
          Everything about this encounter
        </button>
      )}
    </>
  );
}
