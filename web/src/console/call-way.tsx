// Which way the call goes, and, from browser to browser, the words that show that nobody sits in
// between.

import type { JSX } from "preact";
import { Icon } from "../shared/ui/Icon";
import { SpokenWords } from "../shared/ui/SpokenWords";
import type { CallDesk } from "./call-desk";

const WAYS = {
  direct: "Directly between the two devices, encrypted end to end.",
  relay:
    "Through our relay, encrypted from each device to it. The relay passes the call on; it only notes that picture and sound came through.",
} as const;

export function CallWay(props: { call: CallDesk; mode: keyof typeof WAYS }): JSX.Element {
  const { call, mode } = props;
  return (
    <div class="call-way">
      <p class="gf-muted gf-small" data-testid="call-way" data-mode={mode}>
        <Icon name="lock" />
        {WAYS[mode]}
      </p>
      <SpokenWords
        words={call.shown.words.value}
        relayed={mode === "relay"}
        title="Is nobody listening in? Check four words"
        how="Read these aloud with the patient, whose page must show the same words, in Spanish too."
        anew="The call was connected anew, with other words. Read these aloud again with the patient."
        gone="The call goes through our relay now. The words you compared no longer count."
        same="They are the same"
        differ="They differ: hang up"
        onDiffer={() => call.differ()}
      />
    </div>
  );
}
