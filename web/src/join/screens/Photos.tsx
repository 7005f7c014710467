// The photos that are wanted, one after the other, with records and others if the patient has
// some; then all of it is sent off.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { ForwardView } from "../../shared/protocol/types";
import { Notice } from "../../shared/ui/Notice";
import { extrasOf, isComplete, jobOf, MORE, recordsOf, slotsOf } from "../packet";
import { type ScreenProps, Step } from "../Step";
import type { JoinSession } from "../session";
import { Choose, PhotoRow, Picture, Progress, Remove } from "./PhotoRow";

const TIPS = ["light", "plain", "focus", "whole"] as const;

export function Photos({ session, view }: ScreenProps): JSX.Element {
  const { forward } = view;
  if (forward === null || !forward.offered) {
    return <NotPossible session={session} />;
  }
  const desk = session.forward;
  const jobs = desk.jobs.value;
  const slots = slotsOf(forward);
  const complete = isComplete(forward, jobs);
  const there = slots.length - forward.missing.length;
  return (
    <Step
      session={session}
      title={t("photos.title")}
      lead={t("photos.lead")}
      testId="photos"
      nextTestId="submit"
      nextLabel={t("photos.submit")}
      disabled={!complete}
      onNext={() => void desk.submit()}
      aside={
        <p class="gf-muted join-count" role="status" data-testid="photos-count">
          {t("photos.count", { there, of: slots.length })}
        </p>
      }
    >
      <ul class="join-tips">
        {TIPS.map((tip) => (
          <li key={tip}>{t(`photos.tips.${tip}`)}</li>
        ))}
      </ul>
      <ul class="join-photos">
        {slots.map((slot) => (
          <PhotoRow key={slot.view} desk={desk} slot={slot} job={jobOf(jobs, slot.view)} />
        ))}
      </ul>
      <Extras session={session} forward={forward} />
      <Records session={session} forward={forward} />
      <Live session={session} />
    </Step>
  );
}

function Extras(props: { session: JoinSession; forward: ForwardView }): JSX.Element {
  const desk = props.session.forward;
  const name = t("photos.extra");
  return (
    <section>
      <h2>{name}</h2>
      <p class="gf-muted">{t("photos.extraHelp")}</p>
      <ul class="join-photos">
        {extrasOf(props.forward).map((one) => (
          <li key={one.upload_id} class="join-photo">
            <Picture upload={one} alt={name} />
            <Remove desk={desk} upload={one} describes={name} />
          </li>
        ))}
      </ul>
      {desk.jobs.value
        .filter((job) => job.view === MORE)
        .map((job) => (
          <Progress key={job.fileId} desk={desk} job={job} />
        ))}
      <Choose
        desk={desk}
        kind="image"
        view={MORE}
        label={t("photos.addExtra")}
        describes={name}
        quiet
      />
    </section>
  );
}

function Records(props: { session: JoinSession; forward: ForwardView }): JSX.Element {
  const desk = props.session.forward;
  const name = t("photos.records");
  return (
    <section>
      <h2>{name}</h2>
      <p class="gf-muted">{t("photos.recordsHelp")}</p>
      <ul class="join-photos">
        {recordsOf(props.forward).map(({ fileId, pages }) => {
          const [first] = pages;
          const words = t("photos.pages", { count: pages.length });
          return (
            <li key={fileId} class="join-photo" data-testid="record">
              <Picture upload={first ?? null} alt={words} />
              <div class="join-photo-words">
                <strong>{words}</strong>
                {first !== undefined && <Remove desk={desk} upload={first} describes={name} />}
              </div>
            </li>
          );
        })}
      </ul>
      {desk.jobs.value
        .filter((job) => job.kind === "record")
        .map((job) => (
          <Progress key={job.fileId} desk={desk} job={job} />
        ))}
      <Choose
        desk={desk}
        kind="record"
        view={null}
        label={t("photos.addRecord")}
        describes={name}
        quiet
      />
    </section>
  );
}

function Live({ session }: { session: JoinSession }): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      data-testid="rather-live"
      onClick={() => void session.forward.choose("live_video")}
    >
      {t("photos.live")}
    </button>
  );
}

/** It was chosen, and the rules or the answers have changed since. */
function NotPossible({ session }: { session: JoinSession }): JSX.Element {
  return (
    <Step
      session={session}
      title={t("photos.notPossible.title")}
      nextLabel={t("photos.notPossible.next")}
      nextTestId="rather-live"
      onNext={() => void session.forward.choose("live_video")}
    >
      <Notice tone="warn" live="polite">
        <p>{t("photos.notPossible.text")}</p>
      </Notice>
    </Step>
  );
}
