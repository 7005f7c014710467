// Where a second factor is required: the network, its spas, and how many people have none.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { type ApiError, api, asApiError } from "../../shared/http";
import type {
  SignInPoliciesView,
  SignInPolicyForm,
  SignInPolicyView,
} from "../../shared/protocol/types";
import { ErrorBox } from "../../shared/ui/ErrorBox";
import { LiveRegion, Notice } from "../../shared/ui/Notice";
import { Sure } from "../../shared/ui/Sure";

const PATH = "/api/v1/compliance/sign-in-policy";
type Word = SignInPolicyForm["second_factor"];
const OTHER: Readonly<Record<Word, Word>> = { required: "optional", optional: "required" };

export function SecondFactors(): JSX.Element {
  const view = useSignal<SignInPoliciesView | null>(null);
  const error = useSignal<ApiError | null>(null);
  const said = useSignal("");

  async function load(): Promise<void> {
    try {
      view.value = await api<SignInPoliciesView>("GET", PATH);
      error.value = null;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }
  useEffect(() => void load(), []);

  async function say(one: SignInPolicyView, word: Word): Promise<void> {
    const form: SignInPolicyForm = {
      organization_id: one.organization_id,
      second_factor: word,
    };
    try {
      view.value = await api<SignInPoliciesView>("PUT", PATH, form);
      error.value = null;
      said.value = `${one.name}: a second factor is ${word}`;
    } catch (thrown) {
      error.value = asApiError(thrown);
    }
  }

  return (
    <div class="compliance" data-testid="second-factors">
      <h2>Second factors</h2>
      <p class="gf-muted">
        A passkey is two factors in one. Whoever has a passkey or a code generator is asked for
        it in any case. Where one is required, sessions that rest on a password alone end at
        once, and people set one up at their next sign-in. What the network requires its spas
        cannot loosen.
      </p>
      {view.value?.floor === true && (
        <Notice tone="info">
          <p>The settings of this server require it everywhere.</p>
        </Notice>
      )}
      <ErrorBox error={error.value} onRetry={() => void load()} />
      <LiveRegion text={said.value} />
      {view.value !== null && (
        <Rows view={view.value} onSay={(one, word) => void say(one, word)} />
      )}
    </div>
  );
}

function Rows(props: {
  view: SignInPoliciesView;
  onSay: (one: SignInPolicyView, word: Word) => void;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="ops-scroll" tabIndex={0} aria-label="Where a second factor is required">
      <table class="ops-table">
        <thead>
          <tr>
            <th scope="col">Organization</th>
            <th scope="col">Second factor</th>
            <th scope="col">People</th>
            <th scope="col">Without one</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {props.view.organizations.map((one) => (
            <tr key={one.organization_id}>
              <th scope="row">{one.name}</th>
              <td data-testid={`holds-${one.kind}`}>{one.holds}</td>
              <td>{one.people}</td>
              <td>{one.without}</td>
              <td>
                <Change one={one} onSay={props.onSay} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Asks twice: it may sign people out who are at work. */
function Change(props: {
  one: SignInPolicyView;
  onSay: (one: SignInPolicyView, word: Word) => void;
}): JSX.Element {
  const { one, onSay } = props;
  const word = OTHER[one.said ?? one.holds];
  return (
    <Sure
      words={`Make it ${word}`}
      label={`Make it ${word} in ${one.name}`}
      sure={
        word === "required" && one.without > 0
          ? `Sign ${one.without} out until they have one`
          : `Make it ${word}`
      }
      testId={`change-${one.kind}`}
      onSure={() => onSay(one, word)}
    />
  );
}
