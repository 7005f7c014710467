// The clinician heard that the patient is in another place: the call goes on, small, while the
// place and the consent of that place are asked for. Out of the call it is the same in line.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import { jurisdictionName } from "../../shared/jurisdictions";
import { Notice } from "../../shared/ui/Notice";
import { VideoView } from "../../shared/ui/VideoView";
import type { ScreenProps } from "../Step";
import { Consent } from "./Consent";
import { Location } from "./Location";

export function Relocation({ session, view }: ScreenProps): JSX.Element {
  const { room } = session;
  const inCall = view.visit === "in_progress";
  const heard = view.location_heard ?? view.location?.jurisdiction ?? "";
  const place = jurisdictionName(heard);
  return (
    <div class="join-relocation" data-testid="relocation">
      {inCall && (
        <VideoView
          class="join-video-small"
          remote={room.shown.remote.value}
          local={null}
          onRemoteVideo={room.watch}
        />
      )}
      <Notice tone="warn" live="polite">
        <p>{t(inCall ? "relocation.inCall" : "relocation.inLine", { place })}</p>
      </Notice>
      {view.step === "consent" ? (
        <Consent session={session} view={view} />
      ) : (
        <Location session={session} view={view} />
      )}
    </div>
  );
}
