// "Your file": what the network asks for, what is missing, what ends, and what one enters oneself.
// The address `#file` opens it, over whatever is on the console.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import "../shared/files/files.css";
import { Papers } from "../shared/files/papers";
import { PartForm } from "../shared/files/part-form";
import { ENTERED, type EnteredKind, formOf } from "../shared/files/part-forms";
import { FileStanding, Parts } from "../shared/files/parts";
import { isOffered, ownWords } from "../shared/files/words";
import { leaveHashPlace, useHashPlace } from "../shared/hash-place";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { SelectField } from "../shared/ui/Field";
import { Icon } from "../shared/ui/Icon";
import { LiveRegion, Notice } from "../shared/ui/Notice";
import { API, type OwnFileDesk } from "./own-file-desk";

const HASH = "#file";
const KINDS: readonly EnteredKind[] = ["authorities", "malpractice", "trainings"];

export function OwnFileLink(props: { desk: OwnFileDesk }): JSX.Element {
  const open = useHashPlace(HASH);
  const leave = (): void => leaveHashPlace(HASH);
  return (
    <>
      <a class="gf-alone" href={HASH} data-testid="own-file">
        <Icon name="person" />
        Your file
      </a>
      <Dialog
        open={open.value}
        title="Your file"
        onClose={leave}
        reads={true}
        testId="own-file-dialog"
        actions={
          <button type="button" data-testid="own-file-done" onClick={leave}>
            Done
          </button>
        }
      >
        <OwnFile desk={props.desk} />
      </Dialog>
    </>
  );
}

/** Why one is offered nobody, or what ends first; nothing where all is well. */
export function OwnFileNotice(props: { desk: OwnFileDesk }): JSX.Element | null {
  const file = props.desk.file.value;
  const said = file === null ? null : ownWords(file);
  if (file === null || said === null) return null;
  const link = <a href={HASH}>Your file</a>;
  return isOffered(file) ? (
    <p class="gf-small gf-muted" data-testid="own-file-ends">
      {said}. {link}
    </p>
  ) : (
    <Notice tone="warn" testId="own-file-missing">
      <p>
        <strong>You are offered nobody.</strong> {said}. {link}
      </p>
    </Notice>
  );
}

function OwnFile(props: { desk: OwnFileDesk }): JSX.Element {
  const { desk } = props;
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
          <Claims desk={desk} />
          <Papers
            papers={file.documents}
            place={API}
            busy={desk.busy.value}
            onSend={(name, sent) => desk.send(name, sent)}
          />
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
        wrong={desk.error.value?.fields ?? []}
        busy={desk.busy.value}
        onSend={(values) => desk.claim(kind.value, formOf(kind.value, values, false))}
      />
    </section>
  );
}
