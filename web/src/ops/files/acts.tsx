// What compliance does with a part of a file: look it up, let it count, take it away.

import type { JSX } from "preact";
import type { PartRow } from "../../shared/files/words";
import type { PractitionerFileView } from "../../shared/protocol/types";
import { Sure } from "../../shared/ui/Sure";
import type { FilesDesk } from "./desk";

interface ActsProps {
  readonly desk: FilesDesk;
  readonly file: PractitionerFileView;
  readonly row: PartRow;
}

export function Acts(props: ActsProps): JSX.Element | null {
  if (props.row.kind === "authorities") return <OfLicence {...props} />;
  return props.row.ended ? null : <OfPart {...props} />;
}

function OfLicence(props: ActsProps): JSX.Element {
  const { desk, file, row } = props;
  const status = file.authorities.find((one) => one.id === row.id)?.status;
  const set = (word: string, said: string): void => {
    const path = `authorities/${row.id}/status`;
    void desk.change(file, "PUT", path, { status: word }, `${row.what}: ${said}`);
  };
  return (
    <>
      <Verify {...props} />
      {file.verification_service === true && (
        <button
          type="button"
          class="secondary"
          aria-label={`Ask the service about ${row.what}`}
          aria-busy={desk.busy.value}
          data-testid="look-up"
          onClick={() => void desk.lookUp(file, row)}
        >
          Ask the service
        </button>
      )}
      {status === "active" && (
        <Sure
          words="Suspend"
          label={`Suspend ${row.what}`}
          sure={`Suspend ${row.what}`}
          testId="suspend"
          onSure={() => set("suspended", "suspended")}
        />
      )}
      {status !== "revoked" && (
        <Sure
          words="Revoke"
          label={`Revoke ${row.what}`}
          sure={`Revoke ${row.what}`}
          testId="revoke"
          onSure={() => set("revoked", "revoked")}
        />
      )}
      {status !== "active" && (
        <Sure
          words="Restore"
          label={`Restore ${row.what}`}
          sure={`Restore ${row.what}`}
          testId="restore"
          onSure={() => set("active", "restored")}
        />
      )}
    </>
  );
}

function OfPart(props: ActsProps): JSX.Element {
  const { desk, file, row } = props;
  const path = `parts/${row.kind}/${row.id}/end`;
  const words = row.kind === "collaborations" ? "End" : "Take back";
  const said = row.kind === "collaborations" ? "ended" : "taken back";
  return (
    <>
      {row.standing === "claim" && <Verify {...props} />}
      <Sure
        words={words}
        label={`${words} ${row.what}`}
        sure={`${words} ${row.what}`}
        testId="take-back"
        onSure={() => void desk.change(file, "POST", path, {}, `${row.what}: ${said}`)}
      />
    </>
  );
}

function Verify(props: ActsProps): JSX.Element {
  const { desk, file, row } = props;
  return (
    <button
      type="button"
      class="secondary"
      aria-label={`Verify ${row.what}`}
      data-testid="look"
      onClick={() => {
        desk.verifying.value = { of: file, row };
      }}
    >
      Verify
    </button>
  );
}
