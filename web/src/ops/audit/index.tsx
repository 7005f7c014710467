// The audit log: who was shown what, what was refused, what left. For the role `compliance`.
// It has ids, codes and names of staff, and nothing of a patient; looking at it is an entry too.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { LiveRegion } from "../../shared/ui/Notice";
import "./audit.css";
import { AuditDesk } from "./desk";
import { Entry } from "./entry";
import { Search } from "./search";
import { Unusual } from "./unusual";

export function AuditView(): JSX.Element {
  const [desk] = useState(() => new AuditDesk());
  useEffect(() => void desk.load(), [desk]);
  const unusual = desk.unusual.value;
  return (
    <div class="audit" data-testid="audit">
      <ErrorBox error={desk.error.value} />
      <LiveRegion text={desk.said.value} />
      <Search desk={desk} />
      {unusual === null ? (
        <p class="gf-muted" role="status">
          Reading the audit log
        </p>
      ) : (
        <Unusual desk={desk} view={unusual} />
      )}
      <Entry desk={desk} />
    </div>
  );
}
