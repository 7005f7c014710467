// "Covered by a valid exam?" asked of the server. An answer stands only beside what it was asked
// for: whoever types another name while it is on its way does not see it.

import { signal } from "@preact/signals";
import { type ApiError, api, asApiError } from "../shared/http";
import { randomId } from "../shared/ids";
import type { AuthorizationAnswerView, SameDayForm } from "../shared/protocol/types";
import { Turn } from "../shared/turn";
import { type Asked, NOTHING_CHECKED, queryOf, type Typed } from "./coverage";

const QUERY = "/api/v1/authorizations/query";

export interface Answered {
  /** What it is the answer to. */
  readonly asked: Asked;
  readonly view: AuthorizationAnswerView;
}

export class CoverageDesk {
  readonly asked = signal<Asked>({
    name: "",
    birthDate: "",
    treatmentClass: "",
    siteId: "",
    credential: "",
  });
  readonly answer = signal<Answered | null>(null);
  readonly error = signal<ApiError | null>(null);
  readonly busy = signal(false);
  /** The same-day check as it is typed, whatever answers come meanwhile. */
  readonly typed = signal<Typed>(NOTHING_CHECKED);
  /** Whose same-day check was refused when somebody else was asked about already. */
  readonly notKept = signal("");
  private readonly turn = new Turn();
  private waiting = 0;
  private looking: Asked | null = null;

  constructor(siteId: string) {
    this.asked.value = { ...this.asked.value, siteId };
  }

  /** Another question has no answer yet: the old one must not stand beside it. */
  edit(change: Partial<Asked>): void {
    this.asked.value = { ...this.asked.value, ...change };
    this.answer.value = null;
    this.error.value = null;
    this.typed.value = NOTHING_CHECKED;
  }

  /** Ask what is typed now. Pressed twice, it is asked once. */
  async lookUp(): Promise<void> {
    const asked = this.asked.value;
    if (this.looking !== null && isSame(this.looking, asked)) return;
    this.looking = asked;
    await this.ask(asked, null);
    if (this.looking === asked) this.looking = null;
  }

  /** Ask once more, where it is still what is asked: something of it has changed. */
  async again(asked: Asked): Promise<void> {
    await this.ask(asked, null);
  }

  /** Keep the same-day check of whom the answer is about, whoever is typed by then. */
  async check(asked: Asked, sameDay: SameDayForm): Promise<void> {
    await this.ask(asked, sameDay);
  }

  private async ask(asked: Asked, sameDay: SameDayForm | null): Promise<void> {
    this.waiting += 1;
    this.busy.value = true;
    await this.turn.take(() => this.query(asked, sameDay));
    this.waiting -= 1;
    this.busy.value = this.waiting > 0;
  }

  private async query(asked: Asked, sameDay: SameDayForm | null): Promise<void> {
    const isAsked = (): boolean => isSame(asked, this.asked.value);
    if (sameDay === null && !isAsked()) return;
    if (isAsked()) this.error.value = null;
    this.notKept.value = "";
    const typed = this.typed.value;
    try {
      const query = queryOf(asked, randomId(), sameDay);
      const view = await api<AuthorizationAnswerView>("POST", QUERY, query);
      if (!isAsked()) return;
      this.answer.value = { asked, view };
      if (sameDay !== null && this.typed.value === typed) this.typed.value = NOTHING_CHECKED;
    } catch (thrown) {
      if (isAsked()) {
        this.error.value = asApiError(thrown);
        // What stood there may be what the refused check would have ended.
        this.answer.value = null;
      } else if (sameDay !== null) {
        this.notKept.value = asked.name.trim();
      }
    }
  }
}

function isSame(one: Asked, other: Asked): boolean {
  return (Object.keys(one) as (keyof Asked)[]).every((key) => one[key] === other[key]);
}
