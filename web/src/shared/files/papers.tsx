// Papers of a file: their pages as pictures, and sending another one.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { CredentialDocumentView } from "../protocol/types";
import { Field } from "../ui/Field";

const NAME_CHARS_MAX = 120;

export function Papers(props: {
  papers: readonly CredentialDocumentView[];
  /** Where they are asked for: `/api/v1/console/file`. */
  place: string;
  busy: boolean;
  /** True when it was kept. */
  onSend: (name: string, file: File) => Promise<boolean>;
}): JSX.Element {
  const { papers, place, busy, onSend } = props;
  return (
    <section aria-labelledby="papers">
      <h3 id="papers">Papers</h3>
      {papers.length === 0 && <p class="gf-muted">None</p>}
      <ul class="file-parts" data-testid="papers">
        {papers.map((one) => (
          <li key={one.id}>
            <strong>{one.name}</strong>
            <span class="gf-row">
              {Array.from({ length: one.pages }, (_, index) => (
                <a
                  key={`${one.id}-${index + 1}`}
                  href={`${place}/documents/${one.id}/pages/${index + 1}`}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={`${one.name}, page ${index + 1}`}
                >
                  Page {index + 1}
                </a>
              ))}
            </span>
          </li>
        ))}
      </ul>
      <Another busy={busy} onSend={onSend} />
    </section>
  );
}

function Another(props: {
  busy: boolean;
  onSend: (name: string, file: File) => Promise<boolean>;
}): JSX.Element {
  const name = useSignal("");
  return (
    <div class="file-form">
      <Field
        label="What the paper is"
        name="paper-name"
        maxLength={NAME_CHARS_MAX}
        testId="paper-name"
        value={name.value}
        onValue={(value) => {
          name.value = value;
        }}
      />
      <label>
        PDF, JPEG or PNG, at most 5 MB
        <input
          type="file"
          accept="application/pdf,image/jpeg,image/png"
          data-testid="paper-file"
          disabled={name.value.trim() === "" || props.busy}
          onChange={async (event) => {
            const input = event.currentTarget;
            const sent = input.files?.[0];
            if (sent !== undefined && (await props.onSend(name.value.trim(), sent))) {
              name.value = "";
            }
            input.value = "";
          }}
        />
      </label>
    </div>
  );
}
