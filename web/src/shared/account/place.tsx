// "Your account": what the address `#account` opens, over whatever page one is on.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { leaveHashPlace, useHashPlace } from "../hash-place";
import type { AccountView } from "../protocol/types";
import { Dialog } from "../ui/Dialog";
import { ErrorBox } from "../ui/ErrorBox";
import { Icon } from "../ui/Icon";
import { LiveRegion } from "../ui/Notice";
import "./account.css";
import { CodeGenerators } from "./codes";
import { AccountDesk } from "./desk";
import { Sessions } from "./own-sessions";
import { Passkeys } from "./passkeys";
import { Password } from "./password";
import { ProviderLinks } from "./provider-links";
import { RecoveryCodes } from "./recovery-codes";
import { baseOf, type Staff } from "./words";

const HASH = "#account";

/** Opens the account of who is signed in; one is in the header of each page of staff. */
export function AccountLink(props: {
  account: AccountView;
  /** The session of this page was ended here. */
  onOwnEnded: () => void;
}): JSX.Element {
  const { account, onOwnEnded } = props;
  const open = useHashPlace(HASH);
  const leave = (): void => leaveHashPlace(HASH);
  return (
    <>
      <a class="gf-alone" href={HASH} data-testid="account">
        <Icon name="person" />
        {account.display_name}
      </a>
      <Dialog
        open={open.value}
        title="Your account"
        onClose={leave}
        reads={true}
        testId="account-dialog"
        actions={
          <button type="button" data-testid="account-done" onClick={leave}>
            Done
          </button>
        }
      >
        {account.audience !== "patient" && (
          <Sections
            audience={account.audience}
            who={account.display_name}
            onOwnEnded={() => {
              leave();
              onOwnEnded();
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function Sections(props: {
  audience: Staff;
  who: string;
  onOwnEnded: () => void;
}): JSX.Element {
  const [desk] = useState(() => new AccountDesk(props.audience));
  useEffect(() => {
    void desk.load();
    return () => desk.close();
  }, [desk]);
  return (
    <div class="account">
      <ErrorBox error={desk.error.value} />
      {desk.said.value !== "" && <p data-testid="account-said">{desk.said.value}</p>}
      <LiveRegion text={desk.said.value} />
      <Passkeys desk={desk} />
      <CodeGenerators desk={desk} />
      <RecoveryCodes desk={desk} who={props.who} />
      <Password desk={desk} />
      <ProviderLinks base={baseOf(props.audience)} />
      <Sessions base={baseOf(props.audience)} onOwnEnded={props.onOwnEnded} />
    </div>
  );
}
