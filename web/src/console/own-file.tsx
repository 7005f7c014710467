// "My file": what the network asks of me, what is missing, what ends, and what I enter myself.
// The address `#file` opens it, over whatever is on the console.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import "../shared/files/files.css";
import { PartForm } from "../shared/files/part-form";
import { ENTERED, type EnteredKind, formOf } from "../shared/files/part-forms";
import { FileStanding, Parts } from "../shared/files/parts";
import { leaveHashPlace, useHashPlace } from "../shared/hash-place";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { Field, SelectField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import { LiveRegion } from "../shared/ui/Notice";
import { OwnFileDesk } from "./own-file-desk";

const HASH = "#file";
const API = "/api/v1/console/file";
const KINDS: readonly EnteredKind[] = ["authorities", "malpractice", "trainings"];

export function OwnFileLink(): JSX.Element {
  const open = useHashPlace(HASH);
  const leave = (): void => leaveHashPlace(HASH);
  return (
    <>
      <a class="account-link" href={HASH} data-testid="own-file">
        <Icon name="person" />
        My file
      </a>
      <Dialog
        open={open.value}
        title="My file"
        onClose={leave}
        testId="own-file-dialog"
        actions={
          <button type="button" data-testid="own-file-done" onClick={leave}>
            Done
          </button>
        }
      >
        <OwnFile />
      </Dialog>
    </>
  );
}

function OwnFile(): JSX.Element {
  const [desk] = useState(() => new OwnFileDesk());
  useEffect(() => void desk.load(), [desk]);
  const file = desk.file.value;
  return (
    <div class="account">
      <ErrorBox error={desk.error.value} onRetry={() => void desk.load()} />
      <LiveRegion text={desk.said.value} />
      {file !== null && (
        <>
          <FileStanding file={file} />
          <Parts file={file} />
          <Papers desk={desk} />
          <Claims desk={desk} />
        </>
      )}
    </div>
  );
}

function Claims(props: { desk: OwnFileDesk }): JSX.Element {
  const { desk } = props;
  const kind = useSignal<EnteredKind>("authorities");
  return (
    <section aria-labelledby="own-claims">
      <h3 id="own-claims">Enter something</h3>
      <p class="gf-muted">It counts once compliance has looked at its source.</p>
      <SelectField
        label="What"
        name="own-part"
        testId="own-kind"
        value={kind.value}
        options={KINDS.map((one) => ({ value: one, label: ENTERED[one].label }))}
        onValue={(value) => {
          kind.value = value as EnteredKind;
        }}
      />
      <PartForm
        key={kind.value}
        kind={kind.value}
        evidence={false}
        busy={desk.busy.value}
        onSend={(values) => desk.claim(kind.value, formOf(kind.value, values, false))}
      />
    </section>
  );
}

function Papers(props: { desk: OwnFileDesk }): JSX.Element {
  const { desk } = props;
  const name = useSignal("");
  const papers = desk.file.value?.documents ?? [];
  return (
    <section aria-labelledby="own-papers">
      <h3 id="own-papers">Papers</h3>
      <ul class="file-parts" data-testid="own-papers">
        {papers.map((one) => (
          <li key={one.id}>
            <a href={`${API}/documents/${one.id}/pages/1`} target="_blank" rel="noreferrer">
              {one.name}
            </a>
            <span class="gf-muted">{one.pages === 1 ? "1 page" : `${one.pages} pages`}</span>
          </li>
        ))}
      </ul>
      <Field
        label="What the paper is"
        name="paper-name"
        maxLength={120}
        testId="paper-name"
        value={name.value}
        onValue={(value) => {
          name.value = value;
        }}
      />
      <label>
        PDF, JPEG or PNG, at most 5 MB
        <input
          type="file"
          accept="application/pdf,image/jpeg,image/png"
          data-testid="paper-file"
          disabled={name.value.trim() === "" || desk.busy.value}
          onChange={async (event) => {
            const sent = event.currentTarget.files?.[0];
            if (sent !== undefined && (await desk.send(name.value.trim(), sent))) {
              name.value = "";
            }
            event.currentTarget.value = "";
          }}
        />
      </label>
    </section>
  );
}
