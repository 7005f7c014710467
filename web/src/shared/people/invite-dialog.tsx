// Inviting one person: who they are, where, and as what.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { InvitationForm, PeopleView } from "../protocol/types";
import { Field, SelectField } from "../ui/Field";
import { FormDialog } from "../ui/FormDialog";
import type { PeopleDesk } from "./desk";
import { missingIn, PROFESSIONS, type Profession, ROLE, type RoleName, sent } from "./words";

export function InviteDialog(props: {
  open: Signal<boolean>;
  desk: PeopleDesk;
  page: PeopleView;
}): JSX.Element {
  const { open, desk, page } = props;
  const form = useSignal<InvitationForm>(empty(page));
  const missing = missingIn(form.value);
  const close = (): void => {
    open.value = false;
    desk.error.value = null;
    form.value = empty(page);
  };
  async function invite(): Promise<void> {
    if (await desk.invite(sent(form.value))) close();
  }
  return (
    <FormDialog
      open={open.value}
      title="Invite somebody"
      testId="invite-dialog"
      class="people-form"
      asking={desk}
      send={{ words: "Make the link", testId: "invite-make" }}
      ready={missing === null}
      onSend={invite}
      onClose={close}
    >
      <p class="gf-muted">
        The link is for one person and works once. They choose a password that nobody else
        knows. Never share a sign-in: what is done with it counts as done by them.
      </p>
      <Fields page={page} form={form} />
    </FormDialog>
  );
}

function Fields(props: { page: PeopleView; form: Signal<InvitationForm> }): JSX.Element {
  const { page, form } = props;
  const set = (part: Partial<InvitationForm>): void => {
    form.value = { ...form.value, ...part };
  };
  const roles = rolesIn(page, form.value.organization_id);
  return (
    <>
      <Field
        label="Name of the person"
        name="invite-name"
        testId="invite-name"
        autocomplete="off"
        maxLength={120}
        required
        value={form.value.display_name}
        onValue={(display_name) => set({ display_name })}
      />
      <Field
        label="Sign-in name"
        name="invite-login"
        testId="invite-login"
        help="Letters, digits and . _ @ + -"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        maxLength={120}
        required
        value={form.value.login}
        onValue={(login) => set({ login })}
      />
      {page.organizations.length > 1 && (
        <SelectField
          label="Where"
          name="invite-place"
          testId="invite-place"
          value={form.value.organization_id}
          options={page.organizations.map((one) => ({
            value: one.organization_id,
            label: one.name,
          }))}
          onValue={(organization_id) =>
            set({ organization_id, role: rolesIn(page, organization_id)[0] ?? "spa_staff" })
          }
        />
      )}
      <SelectField
        label="As"
        name="invite-role"
        testId="invite-role"
        value={form.value.role}
        options={roles.map((value) => ({ value, label: ROLE[value] }))}
        onValue={(role) => set({ role: role as RoleName })}
      />
      {form.value.role === "practitioner" && <Examining form={form.value} onSet={set} />}
    </>
  );
}

function Examining(props: {
  form: InvitationForm;
  onSet: (part: Partial<InvitationForm>) => void;
}): JSX.Element {
  const { form, onSet } = props;
  return (
    <>
      <SelectField
        label="Profession"
        name="invite-profession"
        testId="invite-profession"
        value={form.profession ?? "MD"}
        options={PROFESSIONS}
        onValue={(profession) => onSet({ profession: profession as Profession })}
      />
      <Field
        label="NPI"
        name="invite-npi"
        testId="invite-npi"
        inputMode="numeric"
        autocomplete="off"
        maxLength={10}
        required
        value={form.npi ?? ""}
        onValue={(npi) => onSet({ npi })}
      />
    </>
  );
}

function rolesIn(page: PeopleView, organizationId: string): readonly RoleName[] {
  return page.organizations.find((one) => one.organization_id === organizationId)?.roles ?? [];
}

function empty(page: PeopleView): InvitationForm {
  const first = page.organizations[0];
  return {
    organization_id: first?.organization_id ?? "",
    role: first?.roles[0] ?? "spa_staff",
    login: "",
    display_name: "",
  };
}
