// What the receiver verifies with, as it was just made. A secret is shown this once.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { NewSecretView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import { LiveRegion, Notice } from "../../shared/ui/Notice";

export function SecretDialog(props: {
  secret: Signal<NewSecretView | null>;
  host: string;
}): JSX.Element {
  const { secret, host } = props;
  const close = (): void => {
    secret.value = null;
  };
  const text = secret.value?.secret ?? "";
  const isPublic = text.startsWith("whpk_");
  return (
    <Dialog
      open={secret.value !== null}
      title={isPublic ? `The public key for ${host}` : `The secret for ${host}`}
      onClose={close}
      testId="secret-dialog"
      actions={
        <button type="button" data-testid="secret-done" onClick={close}>
          Done
        </button>
      }
    >
      <div class="fresh-link">
        <Notice tone={isPublic ? "info" : "warn"}>
          <p>
            {isPublic ? (
              "The receiver verifies signatures with it. It is no secret, and stays on this page."
            ) : (
              <>
                <strong>Shown once.</strong> Put it into the receiver's configuration now.
                Whoever has it can send messages that look like ours.
              </>
            )}
          </p>
        </Notice>
        <p class="fresh-url" data-testid="secret-text">
          {text}
        </p>
        <Copy text={text} />
      </div>
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
      said.value = "Select it and copy it";
    }
  }
  return (
    <>
      <button
        type="button"
        class="secondary"
        data-testid="secret-copy"
        onClick={() => void copy()}
      >
        <Icon name={said.value === "Copied" ? "check" : "copy"} />
        {said.value === "" ? "Copy" : said.value}
      </button>
      <LiveRegion text={said.value} />
    </>
  );
}
