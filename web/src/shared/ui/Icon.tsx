// Line icons, drawn here: no font, no sprite, no request. An icon beside words is decoration;
// an icon alone carries a label.

import type { JSX } from "preact";

const PATHS = {
  camera: "M3 7h11v10H3zM14 10.5 21 7v10l-7-3.5",
  cameraOff: "M3 7h8M14 10v7H3V7M14 10.5 21 7v10l-3-1.5M3 3l18 18",
  microphone:
    "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  microphoneOff:
    "M9 9v2a3 3 0 0 0 5 2M15 11V6a3 3 0 0 0-6-.5M5 11a7 7 0 0 0 11 5.7M19 11a7 7 0 0 1-.6 2.8M12 18v3M3 3l18 18",
  speaker: "M4 9v6h4l5 4V5L8 9ZM17 8.5a5 5 0 0 1 0 7M19.5 6a8.5 8.5 0 0 1 0 12",
  hangUp: "M3 14.5c5-5 13-5 18 0l-2.5 3-4-1.5v-3a11 11 0 0 0-5 0v3l-4 1.5Z",
  check: "m5 12.5 4.5 4.5L19 7",
  cross: "M6 6l12 12M18 6 6 18",
  warning: "M12 4 2.5 20h19ZM12 10v4.5M12 17.5v.01",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5v.01",
  shield: "M12 3 4.5 6v5.5c0 4.5 3 7.5 7.5 9.5 4.5-2 7.5-5 7.5-9.5V6Z",
  lock: "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  key: "M15 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11.5 12.5 4 20M4 20h3.5M7 17l2.5 2.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4 20.5a8 8 0 0 1 16 0",
  people:
    "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20a6.5 6.5 0 0 1 13 0M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5",
  phone:
    "M5 4h4l1.5 5-2.5 1.5a11 11 0 0 0 5.5 5.5L15 13.5l5 1.5v4a1.5 1.5 0 0 1-1.5 1.5A15 15 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4Z",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  download: "M12 4v11M7 10.5l5 5 5-5M4 20h16",
  copy: "M9 9h11v11H9ZM5 15H4V4h11v1",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5 21 21",
  refresh: "M20 5v5h-5M4 19v-5h5M19 10a7.5 7.5 0 0 0-13-3M5 14a7.5 7.5 0 0 0 13 3",
  offline:
    "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.5M12.5 9.5a10 10 0 0 1 6.5 3M8.5 16a5 5 0 0 1 6 0M12 19.5v.01M2 9a15 15 0 0 1 4-2.5M10 5.2A15 15 0 0 1 22 9",
  pen: "M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3",
  plus: "M12 5v14M5 12h14",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15ZM10 21h4",
  flag: "M5 21V4M5 5h13l-3 4 3 4H5",
  keyboard: "M3 7h18v11H3ZM6.5 10.5v.01M10 10.5v.01M13.5 10.5v.01M17 10.5v.01M8 14.5h8",
  signOut: "M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  document: "M6 3h8l4 4v14H6ZM14 3v4h4M9 12h6M9 16h6",
  send: "M4 12 20 4l-5 16-4-6Z",
  pause: "M8 5v14M16 5v14",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { name: IconName; label?: string }): JSX.Element {
  const { name, label } = props;
  return (
    <svg
      class="gf-icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      focusable="false"
      role={label === undefined ? "presentation" : "img"}
      aria-hidden={label === undefined ? "true" : undefined}
      aria-label={label}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
