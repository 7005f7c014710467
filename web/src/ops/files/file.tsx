// One file: what is in it, and what compliance decides about each part.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { FileStanding, Parts } from "../../shared/files/parts";
import type { PartRow } from "../../shared/files/words";
import type { CredentialDocumentView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { Field, SelectField } from "../../shared/ui/Field";
import type { FilesDesk } from "./desk";
import { Entering } from "./entering";

const FILES = "/api/v1/compliance/practitioners";

export function OneFile(props: { desk: FilesDesk; back: string }): JSX.Element {
  const { desk } = props;
  const file = desk.file.value;
  const looking = useSignal<PartRow | null>(null);
  if (file === null) {
    return (
      <p class="gf-muted" role="status">
        Reading the file
      </p>
    );
  }
  return (
    <>
      <p>
        <a href={props.back}>All practitioners</a>
      </p>
      <h2>
        {file.display_name}, {file.profession}
      </h2>
      <FileStanding file={file} />
      <Parts
        file={file}
        acts={(row) => (
          <Acts
            desk={desk}
            row={row}
            status={file.authorities.find((one) => one.id === row.id)?.status}
            onLook={() => (looking.value = row)}
          />
        )}
      />
      <Papers id={file.practitioner_id} papers={file.documents} />
      <Entering desk={desk} />
      {looking.value !== null && (
        <Look
          desk={desk}
          row={looking.value}
          papers={file.documents}
          onClose={() => (looking.value = null)}
        />
      )}
    </>
  );
}

function Acts(props: {
  desk: FilesDesk;
  row: PartRow;
  status: string | undefined;
  onLook: () => void;
}): JSX.Element | null {
  const { desk, row, status } = props;
  if (row.kind === "authorities") {
    const path = `authorities/${row.id}/status`;
    const set = (word: string, said: string): void => {
      void desk.change("PUT", path, { status: word }, `${row.what}: ${said}`);
    };
    return (
      <>
        <button type="button" class="secondary" data-testid="look" onClick={props.onLook}>
          Looked up
        </button>
        {status === "active" ? (
          <>
            <Sure label={`Suspend ${row.what}`} onAct={() => set("suspended", "suspended")}>
              Suspend
            </Sure>
            <Sure label={`Revoke ${row.what}`} onAct={() => set("revoked", "revoked")}>
              Revoke
            </Sure>
          </>
        ) : (
          <Sure label={`Restore ${row.what}`} onAct={() => set("active", "restored")}>
            Restore
          </Sure>
        )}
      </>
    );
  }
  if (row.ended) return null;
  const path = `parts/${row.kind}/${row.id}`;
  return (
    <>
      {row.standing === "claim" && (
        <button type="button" class="secondary" data-testid="look" onClick={props.onLook}>
          Looked up
        </button>
      )}
      <Sure
        label={`Take back ${row.what}`}
        onAct={() => void desk.change("POST", `${path}/end`, {}, `${row.what}: taken back`)}
      >
        Take back
      </Sure>
    </>
  );
}

/** Asks twice: it may take somebody off at once. */
function Sure(props: { label: string; onAct: () => void; children: string }): JSX.Element {
  const sure = useSignal(false);
  if (!sure.value) {
    return (
      <button
        type="button"
        class="secondary"
        aria-label={props.label}
        data-testid={props.children.toLowerCase().replaceAll(" ", "-")}
        onClick={() => (sure.value = true)}
      >
        {props.children}
      </button>
    );
  }
  return (
    <>
      <button
        type="button"
        data-testid="sure"
        onClick={() => {
          sure.value = false;
          props.onAct();
        }}
      >
        {props.label}
      </button>
      <button type="button" class="secondary" onClick={() => (sure.value = false)}>
        Leave it
      </button>
    </>
  );
}

function Papers(props: {
  id: string;
  papers: readonly CredentialDocumentView[];
}): JSX.Element | null {
  if (props.papers.length === 0) return null;
  return (
    <section aria-labelledby="papers">
      <h3 id="papers">Papers</h3>
      <ul class="file-parts">
        {props.papers.map((one) => (
          <li key={one.id}>
            <span>
              {one.name}:{" "}
              {Array.from({ length: one.pages }, (_, index) => (
                <a
                  key={`${one.id}-${index + 1}`}
                  href={`${FILES}/${props.id}/documents/${one.id}/pages/${index + 1}`}
                  target="_blank"
                  rel="noreferrer"
                >
                  page {index + 1}{" "}
                </a>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who looked, and where: what lets a claim count. */
function Look(props: {
  desk: FilesDesk;
  row: PartRow;
  papers: readonly CredentialDocumentView[];
  onClose: () => void;
}): JSX.Element {
  const { desk, row, onClose } = props;
  const who = useSignal("");
  const source = useSignal("");
  const paper = useSignal("");
  const ready = who.value.trim() !== "" && source.value.trim() !== "";
  async function send(): Promise<void> {
    if (!ready || desk.busy.value) return;
    const path =
      row.kind === "authorities"
        ? `authorities/${row.id}/verify`
        : `parts/${row.kind}/${row.id}/verify`;
    const form = {
      checked_by: who.value.trim(),
      source: source.value.trim(),
      document_id: paper.value === "" ? null : paper.value,
    };
    if (await desk.change("POST", path, form, `${row.what}: counts from now on`)) onClose();
  }
  return (
    <Dialog
      open={true}
      title={`Looked up: ${row.what}`}
      onClose={onClose}
      testId="look-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            data-testid="look-save"
            aria-disabled={!ready}
            onClick={() => void send()}
          >
            It counts
          </button>
        </>
      }
    >
      <Field
        label="Who looked"
        name="checked-by"
        maxLength={120}
        testId="look-who"
        value={who.value}
        onValue={(value) => {
          who.value = value;
        }}
      />
      <Field
        label="At which primary source"
        name="source"
        maxLength={200}
        testId="look-source"
        value={source.value}
        onValue={(value) => {
          source.value = value;
        }}
      />
      {props.papers.length > 0 && (
        <SelectField
          label="Paper"
          name="paper"
          value={paper.value}
          options={[
            { value: "", label: "None" },
            ...props.papers.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onValue={(value) => {
            paper.value = value;
          }}
        />
      )}
    </Dialog>
  );
}
