// Turning this browser into the tablet of a site: it leaves the portal for good.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { type ApiError, api, asApiError } from "../shared/http";
import type { SiteView } from "../shared/protocol/types";
import { Dialog } from "../shared/ui/Dialog";
import { ErrorBox } from "../shared/ui/ErrorBox";
import { SelectField } from "../shared/ui/Field";
import type { PortalDesk } from "./desk";

export function TabletDialog(props: { open: Signal<boolean>; desk: PortalDesk }): JSX.Element {
  const { open, desk } = props;
  const sites = desk.home.value?.sites ?? [];
  const chosen = useSignal("");
  const error = useSignal<ApiError | null>(null);
  const busy = useSignal(false);
  const site = sites.find((each) => each.site_id === chosen.value) ?? sites[0];
  const close = (): void => {
    open.value = false;
    error.value = null;
  };

  async function register(): Promise<void> {
    if (site === undefined || busy.value) return;
    busy.value = true;
    try {
      await api("POST", `/api/v1/portal/sites/${encodeURIComponent(site.site_id)}/device`);
      window.location.assign("/join");
    } catch (thrown) {
      error.value = asApiError(thrown);
      busy.value = false;
    }
  }

  return (
    <Dialog
      open={open.value}
      title="Use this browser as a tablet"
      onClose={close}
      testId="tablet-dialog"
      actions={
        <>
          <button type="button" class="secondary" onClick={close}>
            Cancel
          </button>
          <button
            type="button"
            data-testid="tablet-confirm"
            disabled={site === undefined}
            aria-busy={busy.value}
            onClick={() => void register()}
          >
            Use as the tablet of {site?.name ?? "a site"}
          </button>
        </>
      }
    >
      <ErrorBox error={error.value} />
      <p>
        You are signed out here, and this browser shows only the page for patients of this site.
        Do this on the tablet that you hand over, not on your own computer.
      </p>
      <SiteChoice sites={sites} value={site?.site_id ?? ""} chosen={chosen} />
    </Dialog>
  );
}

function SiteChoice(props: {
  sites: readonly SiteView[];
  value: string;
  chosen: Signal<string>;
}): JSX.Element {
  return (
    <SelectField
      label="Site"
      name="tablet-site"
      testId="tablet-site"
      value={props.value}
      options={props.sites.map((each) => ({
        value: each.site_id,
        label: `${each.name}, ${each.city}, ${each.jurisdiction}`,
      }))}
      onValue={(value) => {
        props.chosen.value = value;
      }}
    />
  );
}
