// Writing in the call, for the patient.

import type { JSX } from "preact";
import type { ChatDesk } from "../../shared/chat-desk";
import { t } from "../../shared/i18n";
import { ChatBox } from "../../shared/ui/ChatBox";

export function CallChat({ desk }: { desk: ChatDesk }): JSX.Element {
  return (
    <ChatBox
      desk={desk}
      words={{
        title: t("call.chat.title"),
        unread: (count) => t("call.chat.unread", { count }),
        you: t("call.chat.you"),
        them: t("call.chat.them"),
        empty: t("call.chat.empty"),
        label: t("call.chat.label"),
        send: t("call.chat.send"),
        kept: t("call.chat.kept"),
        announce: (text) => t("call.chat.announce", { text }),
      }}
    />
  );
}
