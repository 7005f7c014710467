// One file: what is in it, and what compliance enters and decides.

import type { JSX } from "preact";
import { Papers } from "../../shared/files/papers";
import { FileStanding, Parts } from "../../shared/files/parts";
import { Acts } from "./acts";
import { type FilesDesk, placeOf } from "./desk";
import { Entering } from "./entering";
import { VerifyDialog } from "./verify-dialog";

export function OneFile(props: { desk: FilesDesk; back: string }): JSX.Element {
  const { desk } = props;
  const file = desk.file.value;
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
        <a class="gf-alone" href={props.back}>
          All practitioners
        </a>
      </p>
      <h2>
        {file.display_name}, {file.profession}
      </h2>
      <FileStanding file={file} />
      <Entering key={file.practitioner_id} desk={desk} file={file} />
      <Parts file={file} acts={(row) => <Acts desk={desk} file={file} row={row} />} />
      <Papers
        key={`papers-${file.practitioner_id}`}
        papers={file.documents}
        place={placeOf(file.practitioner_id)}
        busy={desk.busy.value}
        onSend={(name, sent) => desk.send(file, name, sent)}
      />
      <VerifyDialog desk={desk} />
    </>
  );
}
