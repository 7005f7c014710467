// People of an organization: for compliance, and for those who lead a spa.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { dayAndTime } from "../format";
import type { OpenInvitationView, PeopleView, PersonView } from "../protocol/types";
import { ErrorBox } from "../ui/ErrorBox";
import { Field } from "../ui/Field";
import { Icon } from "../ui/Icon";
import { LiveRegion, Notice } from "../ui/Notice";
import { Sure } from "../ui/Sure";
import { PeopleDesk } from "./desk";
import { InviteDialog } from "./invite-dialog";
import { LinkDialog } from "./link-dialog";
import "./people.css";
import { PersonDialog } from "./person-dialog";
import { RecoveryDialog } from "./recovery-dialog";
import { inOrder, invitedAs, standingOf } from "./words";

const REFRESH_MS = 10_000;

export function PeoplePage(props: { area: "portal" | "ops" }): JSX.Element {
  const [desk] = useState(() => new PeopleDesk(props.area));
  const inviting = useSignal(false);
  const changing = useSignal<PersonView | null>(null);
  const letting = useSignal<PersonView | null>(null);
  useEffect(() => {
    void desk.load();
    // Whoever asks to be let in again waits at the telephone.
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void desk.refresh();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [desk]);
  const page = desk.page.value;
  const open = inviting.value || changing.value !== null || letting.value !== null;
  return (
    <div data-testid="people">
      <div class="people-head">
        {props.area === "portal" ? <h1>People</h1> : <h2>People</h2>}
        <button
          type="button"
          data-testid="invite"
          disabled={page === null}
          onClick={() => (inviting.value = true)}
        >
          <Icon name="plus" />
          Invite somebody
        </button>
      </div>
      {!open && <ErrorBox error={desk.error.value} onRetry={() => void desk.load()} />}
      {desk.said.value !== "" && (
        <div class="people-said">
          <Notice tone="ok" testId="people-said">
            <p>{desk.said.value}</p>
          </Notice>
        </div>
      )}
      <LiveRegion text={desk.said.value} />
      <div class="people-search">
        <Field
          label="Find by name"
          name="people-words"
          type="search"
          testId="people-words"
          autocomplete="off"
          spellcheck={false}
          value={desk.words.value}
          onValue={(words) => void desk.find(words)}
        />
      </div>
      {page === null ? (
        <p class="gf-muted">Reading</p>
      ) : (
        <>
          <Invitations desk={desk} page={page} area={props.area} />
          <People
            page={page}
            files={props.area === "ops"}
            onChange={(person) => (changing.value = person)}
            onLetIn={(person) => (letting.value = person)}
            onRefuse={(person) => void desk.refuse(person.account_id, person.display_name)}
          />
          <InviteDialog open={inviting} desk={desk} page={page} />
          <PersonDialog person={changing} desk={desk} />
          <RecoveryDialog person={letting} desk={desk} />
        </>
      )}
      <LinkDialog link={desk.link} />
    </div>
  );
}

function People(props: {
  page: PeopleView;
  /** Who is asked here sees the files of practitioners, too. */
  files: boolean;
  onChange: (person: PersonView) => void;
  onLetIn: (person: PersonView) => void;
  onRefuse: (person: PersonView) => void;
}): JSX.Element {
  const { page, files, onChange, onLetIn, onRefuse } = props;
  return (
    <>
      <ul class="people-list" aria-label="People">
        {inOrder(page).map((one) => (
          <li key={one.account_id} data-testid="person" data-closed={!one.active}>
            <span class="people-who">
              <strong>{one.display_name}</strong>
              <span class="gf-small">{standingOf(page, one)}</span>
              {one.recovery !== null && <Asks person={one} />}
            </span>
            {one.yours && <span class="gf-muted gf-small">You</span>}
            {files && one.practitioner_id !== null && (
              <a
                class="gf-alone"
                href={`#practitioners/${one.practitioner_id}`}
                aria-label={`File of ${one.display_name}`}
                data-testid="person-file"
              >
                File
              </a>
            )}
            {one.roles.length > 0 && (
              <span class="gf-row">
                <Recovery one={one} onLetIn={onLetIn} onRefuse={onRefuse} />
                <button
                  type="button"
                  class="secondary"
                  data-testid="change-person"
                  aria-label={`Change ${one.display_name}`}
                  onClick={() => onChange(one)}
                >
                  Change
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {page.people.length === 0 && <p class="gf-muted">Nobody is called that.</p>}
      {page.more && <p class="gf-muted">There are more. Find them by name.</p>}
    </>
  );
}

function Recovery(props: {
  one: PersonView;
  onLetIn: (person: PersonView) => void;
  onRefuse: (person: PersonView) => void;
}): JSX.Element | null {
  const { one, onLetIn, onRefuse } = props;
  if (one.recovery === null) return null;
  if (one.recovery.approved) {
    return (
      <Sure
        words="Do not let in"
        label={`Do not let in: ${one.display_name}`}
        sure={`Do not let ${one.display_name} in`}
        testId="let-in-not"
        onSure={() => onRefuse(one)}
      />
    );
  }
  return (
    <button
      type="button"
      data-testid="let-in"
      aria-label={`Let in again: ${one.display_name}`}
      onClick={() => onLetIn(one)}
    >
      Let in again
    </button>
  );
}

function Asks(props: { person: PersonView }): JSX.Element | null {
  const { recovery } = props.person;
  if (recovery === null) return null;
  return (
    <span class="gf-small" data-testid="asks">
      {recovery.approved
        ? `May choose a new password until ${dayAndTime(recovery.expires_at_ms)}`
        : `Asks to be let in again, since ${dayAndTime(recovery.asked_at_ms)}`}
    </span>
  );
}

function Invitations(props: {
  desk: PeopleDesk;
  page: PeopleView;
  area: "portal" | "ops";
}): JSX.Element | null {
  const { desk, page } = props;
  if (page.invitations.length === 0) return null;
  return (
    <section aria-label="Invited">
      {props.area === "portal" ? <h2>Invited</h2> : <h3>Invited</h3>}
      <ul class="people-list" data-testid="invitations">
        {page.invitations.map((one) => (
          <li key={one.id}>
            <span class="people-who">
              <strong>{one.display_name}</strong>
              <span class="gf-small">
                {invitedAs(page, one)} · until {dayAndTime(one.expires_at_ms)}
              </span>
            </span>
            {one.yours && <Withdraw one={one} desk={desk} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Withdraw(props: { one: OpenInvitationView; desk: PeopleDesk }): JSX.Element {
  const { one, desk } = props;
  return (
    <Sure
      words="Take it back"
      label={`Take it back: the invitation for ${one.display_name}`}
      sure="Take it back: the link opens nothing any more"
      testId="withdraw"
      onSure={() => void desk.withdraw(one.id, one.display_name)}
    />
  );
}
