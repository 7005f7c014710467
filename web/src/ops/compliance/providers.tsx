// Where people sign in elsewhere: the providers of the network and its spas, whether they sign in
// there alone, and the accounts that need none in an emergency.

import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { dayAndTime } from "../../shared/format";
import { type ApiError, api, asApiError, type Method } from "../../shared/http";
import type {
  EmergencyAccountForm,
  EmergencyAccountView,
  LocalSignInForm,
  OrganizationProvidersView,
  OwnProviderView,
  PeopleView,
  ProviderForm,
  ProvidersAdminView,
} from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { Field } from "../../shared/ui/Field";
import { LiveRegion } from "../../shared/ui/Notice";
import { Sure } from "../../shared/ui/Sure";

const COMPLIANCE = "/api/v1/compliance";
const PATH = `${COMPLIANCE}/providers`;

/** Do something; whether it went through. */
type Do = (method: Method, path: string, form?: unknown) => Promise<boolean>;

export function Providers(): JSX.Element {
  const view = useSignal<ProvidersAdminView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const said = useSignal("");

  const act: Do = async (method, path, form) => {
    try {
      view.value = await api<ProvidersAdminView>(method, path, form);
      error.value = null;
      said.value = method === "GET" ? "" : "Done";
      return true;
    } catch (thrown) {
      error.value = asApiError(thrown);
      return false;
    }
  };
  useEffect(() => void act("GET", PATH), []);
  const told = useRef<HTMLDivElement>(null);
  const shown = error.value;
  useEffect(() => {
    if (shown !== null) told.current?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const unseen = view.value?.organizations.some((one) =>
    one.emergency_accounts.some((each) => !each.seen),
  );

  return (
    <div class="compliance" data-testid="providers">
      <h2>Sign-in elsewhere</h2>
      <p class="gf-muted">
        People may sign in where they do for everything else: at a provider of identities of
        their organization (OpenID Connect). Whom it sends is let in where their account was
        linked by an invitation, or by themselves.
      </p>
      <div ref={told}>
        <ErrorBox error={shown} onRetry={() => void act("GET", PATH)} />
      </div>
      <LiveRegion text={said.value} />
      {unseen === true && (
        <button
          type="button"
          data-testid="emergency-seen"
          onClick={() => void act("POST", `${COMPLIANCE}/emergency-accounts/seen`)}
        >
          I have seen who signed in in an emergency
        </button>
      )}
      {view.value?.organizations.map((one) => (
        <Organization
          key={one.organization_id}
          one={one}
          act={act}
          uris={view.value?.redirect_uris ?? []}
          error={error}
        />
      ))}
    </div>
  );
}

interface OrganizationProps {
  readonly one: OrganizationProvidersView;
  readonly act: Do;
  readonly uris: readonly string[];
  readonly error: Signal<ApiError | null>;
}

function Organization({ one, act, uris, error }: OrganizationProps): JSX.Element {
  const local: LocalSignInForm = {
    organization_id: one.organization_id,
    emergency_only: !one.emergency_only,
  };
  const localWords = one.emergency_only
    ? "Let them count again"
    : "Close them but for emergencies";
  return (
    <section aria-label={one.name} data-testid={`providers-${one.kind}`}>
      <h3>{one.name}</h3>
      {one.providers.length === 0 && <p>People sign in here.</p>}
      {one.providers.map((each) => (
        <Provider key={each.id} one={each} act={act} />
      ))}
      {one.providers.length > 0 && (
        <>
          <p class="provider-local">
            {one.emergency_only
              ? "Passwords and passkeys open nothing, but for the accounts below."
              : "Passwords and passkeys of this server go on beside it."}
          </p>
          <Sure
            words={localWords}
            label={`${localWords}: ${one.name}`}
            sure={
              one.emergency_only ? "Yes, let them count" : "Yes, and sign out who came by them"
            }
            testId="local-sign-in"
            onSure={() => void act("PUT", `${COMPLIANCE}/local-sign-in`, local)}
          />
          <Emergencies one={one} act={act} error={error} />
        </>
      )}
      <details>
        <summary>Add a provider</summary>
        <NewProvider organization={one.organization_id} act={act} uris={uris} />
      </details>
    </section>
  );
}

function Provider({ one, act }: { one: OwnProviderView; act: Do }): JSX.Element {
  return (
    <div data-testid="provider">
      <p>
        <strong>{one.name}</strong>, {one.issuer}, client {one.client_id}
      </p>
      <p class="gf-muted gf-small">
        Sends people back to: {one.redirect_uris.join(", ")}. Back-channel logout:{" "}
        {one.logout_uri}
      </p>
      <Sure
        words={`End ${one.name}`}
        label={`End ${one.name}, client ${one.client_id}`}
        sure="Yes, and sign out who came by it"
        testId="provider-end"
        onSure={() => void act("DELETE", `${PATH}/${encodeURIComponent(one.id)}`)}
      />
    </div>
  );
}

function Emergencies(props: {
  one: OrganizationProvidersView;
  act: Do;
  error: Signal<ApiError | null>;
}): JSX.Element {
  const { one, act, error } = props;
  const login = useSignal("");
  const nobody = useSignal(false);

  function say(accountId: string, emergency: boolean): Promise<boolean> {
    const form: EmergencyAccountForm = { emergency };
    const path = `${COMPLIANCE}/emergency-accounts/${encodeURIComponent(accountId)}`;
    return act("PUT", path, form);
  }

  async function name(event: Event): Promise<void> {
    event.preventDefault();
    const wanted = login.value.trim().toLowerCase();
    try {
      const words = encodeURIComponent(wanted);
      const { people } = await api<PeopleView>("GET", `/api/v1/ops/people?words=${words}`);
      const found = people.find(
        (each) => each.login === wanted && each.organization_id === one.organization_id,
      );
      nobody.value = found === undefined;
      if (found !== undefined && (await say(found.account_id, true))) login.value = "";
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  return (
    <>
      <h4>Accounts for emergencies</h4>
      <ul>
        {one.emergency_accounts.map((each) => (
          <li key={each.account_id} data-testid="emergency-account">
            {each.display_name} ({each.login}){accountWords(each)}{" "}
            <Sure
              words={`${each.login} is none any more`}
              label={`${each.login} is no account for emergencies any more`}
              sure="Yes, it is none"
              testId="emergency-account-end"
              onSure={() => void say(each.account_id, false)}
            />
          </li>
        ))}
      </ul>
      <form class="gf-row provider-emergency" onSubmit={(event) => void name(event)}>
        <Field
          label="Sign-in name"
          name={`emergency-${one.organization_id}`}
          autocapitalize="none"
          required
          testId="emergency-login"
          error={nobody.value ? "Nobody here signs in by this name." : null}
          value={login.value}
          onValue={(value) => {
            login.value = value;
            nobody.value = false;
          }}
        />
        <button type="submit" class="secondary" data-testid="emergency-name">
          Name it
        </button>
      </form>
    </>
  );
}

function accountWords(one: EmergencyAccountView): string {
  const state = one.active ? "" : ", closed";
  if (one.signed_in_at_ms === null) return state;
  const seen = one.seen ? "" : ", not seen yet";
  return `${state}, signed in ${dayAndTime(one.signed_in_at_ms)}${seen}`;
}

const EMPTY = { name: "", issuer: "", client_id: "", client_secret: "" };

function NewProvider(props: {
  organization: string;
  act: Do;
  uris: readonly string[];
}): JSX.Element {
  const typed = useSignal(EMPTY);
  const busy = useSignal(false);

  async function add(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    const { client_secret, ...rest } = typed.value;
    const secret = client_secret === "" ? {} : { client_secret };
    const form: ProviderForm = { organization_id: props.organization, ...rest, ...secret };
    if (await props.act("POST", PATH, form)) typed.value = EMPTY;
    busy.value = false;
  }

  function field(name: keyof typeof EMPTY, label: string, required: boolean): JSX.Element {
    return (
      <Field
        label={label}
        name={`${name}-${props.organization}`}
        type={name === "client_secret" ? "password" : "text"}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        required={required}
        testId={`provider-${name}`}
        value={typed.value[name]}
        onValue={(value) => {
          typed.value = { ...typed.value, [name]: value };
        }}
      />
    );
  }

  return (
    <form class="account-form" onSubmit={(event) => void add(event)}>
      <p class="gf-muted gf-small">
        At the provider, the client sends people back to: {props.uris.join(", ")}; once it is
        added, further addresses of its own are shown
      </p>
      {field("name", "Name, on its button", true)}
      {field("issuer", "Issuer, its https address", true)}
      {field("client_id", "Client ID", true)}
      {field("client_secret", "Client secret, if it gave one", false)}
      <button type="submit" aria-disabled={busy.value} data-testid="provider-add">
        Ask it, and add it
      </button>
    </form>
  );
}
