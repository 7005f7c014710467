// One exam as the spa may see it: where it stands, the outcome per treatment, the PDF.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { FlagList } from "../console/flag-list";
import { addedBy } from "../shared/amendments";
import { calendarDay, dayAndTime, span } from "../shared/format";
import { type ApiError, api, apiFile, asApiError } from "../shared/http";
import type {
  EncounterRow,
  LinkView,
  ModalityView,
  OutcomeView,
  PortalEncounterView,
  TreatmentOptionView,
} from "../shared/protocol/types";
import { saveFile } from "../shared/saving";
import { treatmentName } from "../shared/treatments";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Icon } from "../shared/ui/Icon";
import { Notice } from "../shared/ui/Notice";
import type { PortalDesk } from "./desk";
import { ExamActs } from "./exam-acts";
import { SentMessages } from "./send-link";
import { StandingTag } from "./standing";
import { canCancel, canResend, OUTCOMES, standing } from "./state";
import { Vitals } from "./vitals-section";

export interface DetailProps {
  readonly open: Signal<string | null>;
  readonly desk: PortalDesk;
  readonly onLink: (link: LinkView) => void;
}

export function DetailDialog(props: DetailProps): JSX.Element {
  const { open, desk, onLink } = props;
  const id = open.value;
  const row = desk.state.value.rows.find((each) => each.encounter_id === id);
  return (
    <Dialog
      open={id !== null}
      title={row?.patient_name ?? "Exam"}
      onClose={() => (open.value = null)}
      testId="detail"
      actions={
        <button type="button" class="secondary" onClick={() => (open.value = null)}>
          Close
        </button>
      }
    >
      {id !== null && row !== undefined && (
        <Detail
          key={id}
          row={row}
          desk={desk}
          onLink={onLink}
          onDone={() => {
            // By then another exam may be open.
            if (open.value === id) open.value = null;
          }}
        />
      )}
    </Dialog>
  );
}

function Detail(props: {
  row: EncounterRow;
  desk: PortalDesk;
  onLink: (link: LinkView) => void;
  onDone: () => void;
}): JSX.Element {
  const { row, desk, onLink, onDone } = props;
  const view = useSignal<PortalEncounterView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const path = `/api/v1/portal/encounters/${row.encounter_id}`;
  const options = desk.home.value?.treatment_options ?? [];

  useEffect(() => {
    let current = true;
    api<PortalEncounterView>("GET", path)
      .then((fresh) => {
        if (!current) return;
        view.value = fresh;
        error.value = null;
      })
      .catch((thrown: unknown) => {
        if (current) error.value = asApiError(thrown);
      });
    return () => {
      current = false;
    };
    // Every change of the line, which comes by socket, is a reason to read again.
  }, [path, row, view, error]);

  return (
    <div class="detail">
      <ErrorBox error={error.value} />
      <p>
        <StandingTag standing={standing(row)} />
      </p>
      <Facts row={row} view={view.value} options={options} />
      {view.value !== null && (
        <Vitals
          view={view.value}
          path={path}
          onView={(fresh) => {
            view.value = fresh;
          }}
        />
      )}
      {view.value !== null && <SentMessages messages={view.value.messages} />}
      {view.value !== null && view.value.outcomes.length > 0 && (
        <Outcomes outcomes={view.value.outcomes} options={options} />
      )}
      {view.value !== null && view.value.addenda.length > 0 && (
        <section aria-labelledby="detail-addenda">
          <h3 id="detail-addenda">Added after the signature</h3>
          <ul data-testid="detail-addenda">
            {view.value.addenda.map((each, index) => (
              <li key={index}>
                {each.text}
                <small class="gf-muted">
                  {" "}
                  {dayAndTime(each.at_ms)},{" "}
                  {addedBy(each, view.value?.practitioner_name ?? "the examiner")}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
      {view.value !== null && view.value.flags.length > 0 && (
        <section aria-labelledby="detail-flags">
          <h3 id="detail-flags">Flags</h3>
          <FlagList flags={view.value.flags} empty="" />
        </section>
      )}
      {view.value?.pdf_ready === true && (
        <a
          class="detail-pdf"
          href={`${path}/exam.pdf`}
          target="_blank"
          rel="noopener"
          data-testid="open-pdf"
        >
          <Icon name="document" /> Open the PDF
        </a>
      )}
      {view.value?.pdf_ready === true && <RecordFile row={row} path={path} error={error} />}
      <Actions row={row} path={path} onLink={onLink} onDone={onDone} />
    </div>
  );
}

/** All of the exam, as a file; the page fetches it, since it may take a fresh proof. */
function RecordFile(props: {
  row: EncounterRow;
  path: string;
  error: Signal<ApiError | null>;
}): JSX.Element {
  const { row, path, error } = props;
  const href = `${path}/record.json`;
  const name = `record-${row.encounter_id}.json`;

  async function keep(event: Event): Promise<void> {
    event.preventDefault();
    error.value = null;
    try {
      saveFile(await apiFile(href), name);
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  return (
    <a
      class="detail-pdf"
      href={href}
      download={name}
      data-testid="record-file"
      onClick={(event) => void keep(event)}
    >
      <Icon name="download" /> Record to verify
    </a>
  );
}

function Facts(props: {
  row: EncounterRow;
  view: PortalEncounterView | null;
  options: readonly TreatmentOptionView[];
}): JSX.Element {
  const { row, view, options } = props;
  const facts: [string, string | null][] = [
    ["Born", calendarDay(row.birth_date)],
    ["Site", row.site_name],
    ["Asked for", row.treatments.map((each) => treatmentName(each, "en", options)).join(", ")],
    ["Requested", dayAndTime(row.requested_at_ms)],
    ["Examined by", view?.practitioner_name ?? row.practitioner_name],
    ["How", view?.modality == null ? null : (MODALITIES[view.modality] ?? view.modality)],
    ...heldFacts(view?.held ?? null),
    ["Signed", row.signed_at_ms === null ? null : dayAndTime(row.signed_at_ms)],
    ["Link valid until", linkExpiry(row, view)],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value === null ? null : (
          <div key={name} data-testid={`fact-${name.toLowerCase().replaceAll(" ", "-")}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

/** What was computed from the evidence of the exam; nothing here is typed. */
function heldFacts(held: ModalityView | null): [string, string | null][] {
  if (held === null) return [];
  const { began_at_ms: began, ended_at_ms: ended } = held;
  return [
    ["Modifier", held.modifiers.length === 0 ? null : held.modifiers.join(", ")],
    ["Place of service", held.place_of_service],
    ["Call began", began === null ? null : dayAndTime(began)],
    ["Call ended", ended === null ? null : dayAndTime(ended)],
    ["Video both ways", began === null ? null : span(held.live_video_s * 1_000)],
    ["Interruptions", interruptions(held)],
  ];
}

function interruptions(held: ModalityView): string | null {
  if (held.interruptions === 0) return null;
  return `${held.interruptions}, ${span(held.interrupted_s * 1_000)} in all`;
}

const MODALITIES: Readonly<Record<string, string>> = {
  live_video: "Live video",
  audio_only: "Audio only",
  store_and_forward: "Store and forward",
  hybrid: "Answers first, then live video",
};

function linkExpiry(row: EncounterRow, view: PortalEncounterView | null): string | null {
  if (view?.link_expires_at_ms == null || !canResend(row)) return null;
  return dayAndTime(view.link_expires_at_ms);
}

function Outcomes(props: {
  outcomes: readonly OutcomeView[];
  options: readonly TreatmentOptionView[];
}): JSX.Element {
  return (
    <section aria-labelledby="detail-outcomes">
      <h3 id="detail-outcomes">Outcome</h3>
      <ul class="outcomes">
        {props.outcomes.map((each) => (
          <li key={each.treatment_class} data-testid={`outcome-${each.treatment_class}`}>
            <div class="gf-row gf-spread">
              <strong>{treatmentName(each, "en", props.options)}</strong>
              <StandingTag standing={OUTCOMES[each.disposition]} />
            </div>
            <Words name="Conditions" text={each.conditions} />
            <Words name="Order" text={each.order} />
            <Words name="Reason" text={each.rationale} />
            <Words
              name="Valid until"
              text={each.valid_until === null ? "" : calendarDay(each.valid_until)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Words(props: { name: string; text: string }): JSX.Element | null {
  if (props.text === "") return null;
  return (
    <p class="outcome-words">
      <span class="gf-muted">{props.name}:</span> {props.text}
    </p>
  );
}

function Actions(props: {
  row: EncounterRow;
  path: string;
  onLink: (link: LinkView) => void;
  onDone: () => void;
}): JSX.Element | null {
  const { row, path, onLink, onDone } = props;
  const [acts] = useState(() => new ExamActs(path, { onLink, onDone }));
  if (!canResend(row) && !canCancel(row)) return null;
  if (acts.asking.value) {
    return (
      <>
        <ErrorBox error={acts.error.value} />
        <CancelQuestion
          busy={acts.cancelling.value}
          onKeep={() => (acts.asking.value = false)}
          onCancel={() => void acts.cancel()}
        />
      </>
    );
  }
  return (
    <>
      <ErrorBox error={acts.error.value} />
      <div class="gf-row">
        <button
          type="button"
          class="secondary"
          data-testid="resend"
          aria-disabled={acts.linking.value}
          onClick={() => void acts.newLink()}
        >
          <Icon name="link" />
          New link (the old one stops)
        </button>
        {canCancel(row) && (
          <button
            type="button"
            class="quiet"
            data-testid="cancel"
            onClick={() => (acts.asking.value = true)}
          >
            Cancel the exam
          </button>
        )}
      </div>
    </>
  );
}

function CancelQuestion(props: {
  busy: boolean;
  onKeep: () => void;
  onCancel: () => void;
}): JSX.Element {
  return (
    <Notice tone="warn" live="polite">
      <p>Cancel this exam? The link stops working, and the patient is told.</p>
      <div class="gf-row">
        <button
          type="button"
          class="secondary"
          aria-disabled={props.busy}
          onClick={() => !props.busy && props.onKeep()}
        >
          Keep it
        </button>
        <button
          type="button"
          class="danger"
          data-testid="cancel-confirm"
          aria-busy={props.busy}
          onClick={props.onCancel}
        >
          Cancel the exam
        </button>
      </div>
    </Notice>
  );
}
