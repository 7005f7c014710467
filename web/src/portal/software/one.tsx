// One piece of software: what it signs in as, what it may do, its keys.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { dayAndTime } from "../../shared/format";
import type { SoftwareKeyView, SoftwareView } from "../../shared/protocol/types";
import { Dialog } from "../../shared/ui/Dialog";
import { Icon } from "../../shared/ui/Icon";
import { factsOf, shortName, tagOf } from "./words";

/** What somebody is asked once more: to remove this key, or to revoke everything. */
type Asked = SoftwareKeyView | "revoke";

export function OneSoftware(props: {
  one: SoftwareView;
  keysMax: number;
  onAddKey: () => void;
  onRemoveKey: (keyId: string) => void;
  onRevoke: () => void;
}): JSX.Element {
  const { one, keysMax, onAddKey, onRemoveKey, onRevoke } = props;
  const asked = useSignal<Asked | null>(null);
  const title = `software-${one.software_id}`;
  const tag = tagOf(one);
  return (
    <section class="endpoint" aria-labelledby={title} data-testid="software">
      <div class="endpoint-head">
        <h2 id={title}>{one.label}</h2>
        <span class={`standing standing-${tag.tone}`} data-standing={tag.key}>
          <Icon name={tag.icon} />
          {tag.words}
        </span>
      </div>
      <p class="endpoint-url gf-small" data-testid="software-id">
        client_id: {one.software_id}
      </p>
      <p class="gf-small gf-muted endpoint-facts">{factsOf(one)}</p>
      {one.state === "active" && (
        <>
          <Keys
            one={one}
            onRemove={(key) => {
              asked.value = key;
            }}
          />
          <div class="endpoint-acts">
            <button
              type="button"
              class="secondary"
              data-testid="software-add-key"
              aria-label={`Add a key to ${one.label}`}
              disabled={one.keys.length >= keysMax}
              onClick={onAddKey}
            >
              Add a key
            </button>
            <button
              type="button"
              class="secondary"
              data-testid="software-revoke"
              aria-label={`Revoke ${one.label}`}
              onClick={() => {
                asked.value = "revoke";
              }}
            >
              Revoke
            </button>
          </div>
        </>
      )}
      <Sure
        what={asked.value}
        label={one.label}
        onClose={() => {
          asked.value = null;
        }}
        onYes={(what) => {
          asked.value = null;
          if (what === "revoke") onRevoke();
          else onRemoveKey(what.key_id);
        }}
      />
    </section>
  );
}

function Keys(props: {
  one: SoftwareView;
  onRemove: (key: SoftwareKeyView) => void;
}): JSX.Element | null {
  const { one, onRemove } = props;
  if (one.keys.length === 0) return null;
  return (
    <ul class="software-keys" aria-label={`Keys of ${one.label}`}>
      {one.keys.map((key) => (
        <li key={key.key_id} data-testid="software-key">
          <span>
            <span class="endpoint-url">{shortName(key.kid)}</span>
            <span class="gf-small gf-muted">
              {key.algorithm}, since {dayAndTime(key.since_ms)}
            </span>
          </span>
          <button
            type="button"
            class="quiet"
            data-testid="software-remove-key"
            aria-label={`Remove the key ${shortName(key.kid)} of ${one.label}`}
            onClick={() => onRemove(key)}
          >
            <Icon name="cross" />
            Remove
          </button>
        </li>
      ))}
    </ul>
  );
}

function Sure(props: {
  what: Asked | null;
  label: string;
  onClose: () => void;
  onYes: (what: Asked) => void;
}): JSX.Element {
  const { what, label, onClose, onYes } = props;
  const all = what === "revoke";
  return (
    <Dialog
      open={what !== null}
      title={all ? `Revoke ${label}?` : "Remove this key?"}
      onClose={onClose}
      testId="software-sure"
      actions={
        <>
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            data-testid="software-yes"
            onClick={() => what !== null && onYes(what)}
          >
            {all ? "Revoke it" : "Remove it"}
          </button>
        </>
      }
    >
      <p>
        {all
          ? "Its keys and tokens open nothing from this moment on. This is for good: to let it in again, register it anew."
          : "Nothing that it signs counts any more, and tokens that were got by it end now."}
      </p>
    </Dialog>
  );
}
