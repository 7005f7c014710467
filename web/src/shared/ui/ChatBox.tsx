// Words written in a call, under a fold: the lines of both sides, and a box to write in.

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { CHAT_MAX, sendable } from "../chat";
import type { ChatDesk } from "../chat-desk";
import { clockTime } from "../format";
import type { ChatLine } from "../protocol/types";
import "./chat-box.css";
import { Icon } from "./Icon";
import { LiveRegion } from "./Notice";

export interface ChatWords {
  readonly title: string;
  readonly unread: (count: number) => string;
  readonly you: string;
  readonly them: string;
  readonly empty: string;
  readonly label: string;
  readonly send: string;
  readonly kept: string;
  readonly announce: (text: string) => string;
}

export function ChatBox(props: { desk: ChatDesk; words: ChatWords }): JSX.Element {
  const { desk, words } = props;
  const { lines, unread, newest } = desk.chat.value;
  return (
    <>
      <details
        class="chat"
        data-testid="chat"
        open={desk.isOpen.value}
        onToggle={(event) => desk.open(event.currentTarget.open)}
      >
        <summary>
          {words.title}
          {unread > 0 && (
            <strong class="chat-unread" data-testid="chat-unread">
              {words.unread(unread)}
            </strong>
          )}
        </summary>
        <Lines lines={lines} mine={desk.me} words={words} />
        <Form desk={desk} words={words} />
        <p class="gf-muted gf-small">{words.kept}</p>
      </details>
      {/* Outside of the fold: what comes is said once, also while it is closed. */}
      <LiveRegion text={newest === null ? "" : words.announce(newest.text)} />
    </>
  );
}

function Lines(props: {
  lines: readonly ChatLine[];
  mine: ChatLine["by"];
  words: ChatWords;
}): JSX.Element {
  const { lines, mine, words } = props;
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [lines.length]);
  if (lines.length === 0) return <p class="gf-muted gf-small">{words.empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is reached by keys
    <ol ref={list} class="chat-lines" aria-label={words.title} tabIndex={0}>
      {lines.map((one) => (
        <li key={one.seq} data-mine={one.by === mine}>
          <b>{one.by === mine ? words.you : words.them}</b>{" "}
          <time class="gf-muted" dateTime={new Date(one.at_ms).toISOString()}>
            {clockTime(one.at_ms)}
          </time>
          <p>{one.text}</p>
        </li>
      ))}
    </ol>
  );
}

function Form(props: { desk: ChatDesk; words: ChatWords }): JSX.Element {
  const { desk, words } = props;
  const text = useSignal("");
  const id = useId();
  const { problem } = desk.chat.value;

  async function write(event: Event): Promise<void> {
    event.preventDefault();
    const line = sendable(desk.chat.value, text.value);
    if (line !== null && (await desk.write(line))) text.value = "";
  }

  return (
    <form class="chat-form" onSubmit={write}>
      <label for={id}>{words.label}</label>
      <div class="gf-row">
        <input
          id={id}
          type="text"
          autocomplete="off"
          maxLength={CHAT_MAX}
          value={text.value}
          aria-describedby={`${id}-problem`}
          data-testid="chat-text"
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="secondary" data-testid="chat-send">
          <Icon name="send" />
          {words.send}
        </button>
      </div>
      <p id={`${id}-problem`} class="problem" role="alert">
        {problem ?? ""}
      </p>
    </form>
  );
}
