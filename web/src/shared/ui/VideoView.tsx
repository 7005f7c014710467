// The other person large, oneself small. Streams are attached at once, outside of drawing, and
// when the browser will not start sound by itself, a button asks for the tap that it wants.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";

export interface VideoViewProps {
  readonly remote: MediaStream | null;
  readonly local: MediaStream | null;
  /** Whether the own picture is to be shown; off while the camera is switched off. */
  readonly showLocal?: boolean;
  /** Said in place of the remote picture, which is not shown then: it may be an old one. */
  readonly cover?: string | null;
  /** Hand this to the call's `watch`. */
  readonly onRemoteVideo?: (element: HTMLVideoElement) => void;
  readonly class?: string;
}

export function VideoView(props: VideoViewProps): JSX.Element {
  const { remote, local, cover = null, onRemoteVideo } = props;
  const remoteVideo = useRef<HTMLVideoElement>(null);
  const silent = useSignal(false);
  useLayoutEffect(() => {
    const video = remoteVideo.current;
    if (video === null) {
      return;
    }
    video.srcObject = remote;
    if (remote !== null) {
      onRemoteVideo?.(video);
      void play(video).then((loud) => {
        silent.value = !loud;
      });
    }
  }, [remote, onRemoteVideo, silent]);
  return (
    <div class={`gf-video ${props.class ?? ""}`}>
      {/* biome-ignore lint/a11y/useMediaCaption: a live call has no caption track */}
      <video
        ref={remoteVideo}
        class="gf-video-remote"
        data-testid="call-remote"
        aria-label={t("shared.remoteVideo")}
        playsInline
        autoPlay
      />
      {cover !== null && (
        // The page says it to screen readers where it says how the call stands.
        <p class="gf-video-cover" aria-hidden="true" data-testid="call-cover">
          {cover}
        </p>
      )}
      {props.showLocal !== false && local !== null && (
        <OwnVideo stream={local} class="gf-video-local" />
      )}
      {silent.value && (
        <button
          type="button"
          class="gf-video-sound"
          onClick={() => {
            silent.value = false;
            unmute(remoteVideo.current);
          }}
        >
          {t("shared.soundOn")}
        </button>
      )}
    </div>
  );
}

/** One's own camera, mirrored as people expect it, always without sound. */
export function OwnVideo(props: { stream: MediaStream | null; class?: string }): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    if (video.current !== null) {
      video.current.srcObject = props.stream;
      if (props.stream !== null) {
        void play(video.current);
      }
    }
  }, [props.stream]);
  return (
    <video
      ref={video}
      class={`gf-mirrored ${props.class ?? ""}`}
      data-testid="call-local"
      aria-label={t("shared.localVideo")}
      playsInline
      autoPlay
      muted
    />
  );
}

/** Start playing; false when it only plays without sound. */
async function play(video: HTMLVideoElement): Promise<boolean> {
  try {
    await video.play();
    return true;
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.name !== "NotAllowedError" || video.muted) {
      return true;
    }
  }
  video.muted = true;
  await video.play().catch(() => undefined);
  return false;
}

function unmute(video: HTMLVideoElement | null): void {
  if (video !== null) {
    video.muted = false;
    void video.play().catch(() => undefined);
  }
}
