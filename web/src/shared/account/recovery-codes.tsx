// Recovery codes: how many are left, and fresh ones, which are shown once.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "../ui/Icon";
import { LiveRegion, Notice } from "../ui/Notice";
import type { AccountDesk } from "./desk";
import { codesText, leftWords, secondFactors } from "./words";

export function RecoveryCodes(props: { desk: AccountDesk; who: string }): JSX.Element {
  const { desk, who } = props;
  const factors = desk.factors.value;
  return (
    <section aria-labelledby="account-recovery">
      <h2 id="account-recovery">Recovery codes</h2>
      <p class="gf-muted">
        For the day on which the phone is lost: with your password, each stands for a passkey or
        for the six digits once. Keep them on paper, not on the phone.
      </p>
      {factors !== null && <p data-testid="recovery-left">{leftWords(factors)}</p>}
      <FreshCodes desk={desk} who={who} />
      {desk.codes.value.length === 0 && (
        <button
          type="button"
          class="secondary"
          data-testid="recovery-new"
          disabled={factors === null || secondFactors(factors) === 0}
          aria-busy={desk.busy.value}
          onClick={() => void desk.newCodes()}
        >
          Make new recovery codes
        </button>
      )}
    </section>
  );
}

/** Codes that were just made, until somebody says that they have them. */
export function FreshCodes(props: { desk: AccountDesk; who: string }): JSX.Element | null {
  const { desk, who } = props;
  const said = useSignal("");
  const codes = desk.codes.value;
  if (codes.length === 0) return null;

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(codesText(codes, who));
      said.value = "Copied";
    } catch {
      said.value = "Select them and copy them";
    }
  }

  return (
    <div class="account-fresh">
      <Notice tone="warn" live="polite">
        <p>
          <strong>Shown once.</strong> Write these down or print them now. Earlier ones have
          ended.
        </p>
      </Notice>
      <ol class="account-codes" data-testid="recovery-codes">
        {codes.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ol>
      <div class="gf-row">
        <button type="button" class="secondary" onClick={() => void copy()}>
          <Icon name="copy" />
          Copy
        </button>
        <button
          type="button"
          data-testid="recovery-kept"
          onClick={() => {
            desk.codes.value = [];
          }}
        >
          I have kept them
        </button>
      </div>
      <p class="gf-muted gf-small">{said.value}</p>
      <LiveRegion text={said.value} />
    </div>
  );
}
