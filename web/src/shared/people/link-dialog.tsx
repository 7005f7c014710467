// A link as it was just made. It is shown once: the server keeps only its hash.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../format";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { LiveRegion, Notice } from "../ui/Notice";
import { QrCode } from "../ui/QrCode";
import type { NewLink } from "./desk";

export function LinkDialog(props: { link: Signal<NewLink | null> }): JSX.Element {
  const { link } = props;
  const made = link.value;
  const close = (): void => {
    link.value = null;
  };
  return (
    <Dialog
      open={made !== null}
      title={`Give this to ${made?.who ?? ""}`}
      onClose={close}
      testId="invitation-dialog"
      actions={
        <button type="button" data-testid="invitation-done" onClick={close}>
          Done
        </button>
      }
    >
      {made !== null && (
        <div class="people-form">
          <Notice tone="warn">
            <p>
              <strong>Shown once.</strong> Whoever comes by it first has the account: give it to
              the person that it names and to nobody else.
            </p>
          </Notice>
          <figure class="people-qr">
            <QrCode text={made.url} label="QR code of the invitation" />
          </figure>
          <p class="people-link" data-testid="invitation-link">
            {made.url}
          </p>
          <Copy text={made.url} />
          <p class="gf-small gf-muted">Valid until {dayAndTime(made.expires_at_ms)}</p>
          {made.examines && (
            <p data-testid="invitation-file">
              Their file begins when they accept. You find it from their line here, or under
              Practitioners. They are offered nobody until a licence in it is verified and
              nothing is missing.
            </p>
          )}
        </div>
      )}
    </Dialog>
  );
}

function Copy(props: { text: string }): JSX.Element {
  const said = useSignal("");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(props.text);
      said.value = "Copied";
    } catch {
      said.value = "Select the link and copy it";
    }
  }
  return (
    <>
      <button type="button" class="secondary" onClick={() => void copy()}>
        <Icon name={said.value === "Copied" ? "check" : "copy"} />
        {said.value === "" ? "Copy the link" : said.value}
      </button>
      <LiveRegion text={said.value} />
    </>
  );
}
