// One photo that is wanted: what it is to show, the one that is there, how to take it.

import type { ComponentChildren, JSX } from "preact";
import { hasSentence, t } from "../../shared/i18n";
import type { UploadView } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import type { ForwardDesk } from "../forward-desk";
import { type Job, mayTryAgain, type Slot } from "../packet";
import { pictureOf } from "../upload";

const PHOTO_TYPES = "image/jpeg,image/png,image/webp";
const RECORD_TYPES = `${PHOTO_TYPES},application/pdf`;

export function PhotoRow(props: {
  desk: ForwardDesk;
  slot: Slot;
  job: Job | null;
}): JSX.Element {
  const { desk, slot, job } = props;
  const { view, upload } = slot;
  const name = t(`photos.views.${view}.name`);
  return (
    <li class="join-photo" data-testid={`photo-${view}`}>
      <Picture upload={upload} alt={name} />
      <div class="join-photo-words">
        <strong>
          {upload !== null && <Icon name="check" label={t("photos.there")} />} {name}
        </strong>
        <small class="gf-muted">{t(`photos.views.${view}.hint`)}</small>
        {job !== null && <Progress desk={desk} job={job} />}
        <div class="join-photo-actions">
          <Choose
            desk={desk}
            kind="image"
            view={view}
            label={t(upload === null ? "photos.take" : "photos.retake")}
            describes={name}
            quiet={upload !== null}
          />
          {upload !== null && <Remove desk={desk} upload={upload} describes={name} />}
        </div>
      </div>
    </li>
  );
}

export function Picture(props: { upload: UploadView | null; alt: string }): JSX.Element {
  const { upload, alt } = props;
  return upload === null ? (
    <span class="join-thumb join-thumb-empty">
      <Icon name="camera" />
    </span>
  ) : (
    <img class="join-thumb" src={pictureOf(upload, "thumbnail")} alt={alt} />
  );
}

/** A file chooser that looks like a button; a phone offers its camera too. */
export function Choose(props: {
  desk: ForwardDesk;
  kind: UploadView["kind"];
  view: string | null;
  label: string;
  describes: string;
  quiet?: boolean;
}): JSX.Element {
  const { desk, kind, view } = props;
  return (
    <label class={props.quiet === true ? "join-choose join-choose-quiet" : "join-choose"}>
      <input
        type="file"
        class="visually-hidden"
        accept={kind === "record" ? RECORD_TYPES : PHOTO_TYPES}
        aria-label={`${props.label}: ${props.describes}`}
        data-testid={`choose-${view ?? kind}`}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) {
            desk.add(file, kind, view);
          }
        }}
      />
      <span aria-hidden="true">{props.label}</span>
    </label>
  );
}

export function Remove(props: {
  desk: ForwardDesk;
  upload: UploadView;
  describes: string;
}): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      data-testid={`remove-${props.upload.view ?? props.upload.kind}`}
      aria-label={`${t("photos.remove")}: ${props.describes}`}
      onClick={() => void props.desk.remove(props.upload)}
    >
      {t("photos.remove")}
    </button>
  );
}

export function Progress({ desk, job }: { desk: ForwardDesk; job: Job }): JSX.Element {
  if (job.state !== "failed") {
    const words = t(job.code === null ? "photos.sending" : "photos.tryingAgain");
    return (
      <Row>
        <progress value={job.state === "waiting" ? 0 : job.sent} max={1} aria-label={words} />
        <small class="gf-muted" role="status">
          {words}
        </small>
      </Row>
    );
  }
  const said = `error.${job.code ?? "other"}`;
  return (
    <Row>
      <small class="gf-field-error" role="alert">
        {t(hasSentence(said) ? said : "photos.failed")}
      </small>
      {mayTryAgain(job.code) && (
        <button type="button" class="quiet" onClick={() => desk.again(job.fileId)}>
          {t("photos.again")}
        </button>
      )}
    </Row>
  );
}

function Row({ children }: { children: ComponentChildren }): JSX.Element {
  return <div class="join-photo-progress">{children}</div>;
}
