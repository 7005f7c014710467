// Where a second factor is required and none is set up: that first, and nothing else meanwhile.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { passkeysHere } from "../authenticator";
import type { AccountView } from "../protocol/types";
import { ErrorBox } from "../ui/ErrorBox";
import { Notice } from "../ui/Notice";
import "./account.css";
import { CodeGenerators } from "./codes";
import { AccountDesk } from "./desk";
import { Passkeys } from "./passkeys";
import { FreshCodes } from "./recovery-codes";
import { type Staff, secondFactors } from "./words";

export function EnrolFirst(props: {
  account: AccountView;
  audience: Staff;
  onEnrolled: () => void;
  onLeave: () => void;
}): JSX.Element {
  const { account, audience, onEnrolled, onLeave } = props;
  const [desk] = useState(() => new AccountDesk(audience));
  useEffect(() => {
    void desk.load();
    return () => desk.close();
  }, [desk]);
  const factors = desk.factors.value;
  const enrolled = factors !== null && secondFactors(factors) > 0;
  return (
    <div class="account account-first" data-testid="enrol-first">
      <h1>One more step, {account.display_name}</h1>
      <Notice tone="info">
        <p>
          {account.organization_name} requires more than a password. Set up a passkey or a code
          generator now; it takes a minute. Until then nothing else is open.
        </p>
      </Notice>
      <ErrorBox error={desk.error.value} />
      {enrolled ? (
        <>
          <FreshCodes desk={desk} who={account.display_name} />
          <button
            type="button"
            data-testid="enrol-go-on"
            disabled={desk.codes.value.length > 0}
            onClick={onEnrolled}
          >
            Go on
          </button>
        </>
      ) : (
        <>
          {factors !== null && passkeysHere(factors.passkey_host) && <Passkeys desk={desk} />}
          <CodeGenerators desk={desk} />
        </>
      )}
      {!enrolled && (
        <button type="button" class="secondary" onClick={onLeave}>
          Sign out
        </button>
      )}
    </div>
  );
}
