// A link as it was just made. It is shown once: the server keeps only its hash.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../shared/format";
import type { LinkView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import { LiveRegion, Notice } from "../shared/ui/Notice";
import { QrCode } from "../shared/ui/QrCode";
import { SendLink } from "./send-link";

export function FreshLink(props: {
  link: LinkView;
  onLink: (fresh: LinkView) => void;
}): JSX.Element {
  const { link, onLink } = props;
  return (
    <div class="fresh-link">
      <Notice tone="warn">
        <p>
          <strong>Shown once.</strong> When this is closed, only a new link can be made. Send it
          to the patient only: it opens with their date of birth.
        </p>
      </Notice>
      <SendLink encounterId={link.encounter_id} ways={link.ways} onSent={onLink} />
      <div class="fresh-ways">
        <figure>
          <QrCode
            text={link.url}
            label={`QR code of the link for ${link.encounter.patient_name}`}
          />
          <figcaption class="gf-small">Scan with the patient's phone</figcaption>
        </figure>
        <div class="fresh-texts">
          <div>
            <p class="fresh-label">Link</p>
            <p class="fresh-url" data-testid="exam-link">
              {link.url}
            </p>
            <Copy text={link.url} />
          </div>
          <div>
            <p class="fresh-label">Code for the tablet of the site</p>
            <p class="fresh-code" data-testid="exam-code">
              {link.kiosk_code}
            </p>
          </div>
          <p class="gf-small gf-muted">Valid until {dayAndTime(link.expires_at_ms)}</p>
        </div>
      </div>
    </div>
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
      <button
        type="button"
        class="secondary"
        data-testid="exam-copy"
        onClick={() => void copy()}
      >
        <Icon name={said.value === "Copied" ? "check" : "copy"} />
        {said.value === "" ? "Copy the link" : said.value}
      </button>
      <LiveRegion text={said.value} />
    </>
  );
}
