// One question of the questionnaire, by its kind.

import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { t } from "../../shared/i18n";
import type { QuestionView } from "../../shared/protocol/types";
import { Icon } from "../../shared/ui/Icon";
import {
  type Answer,
  MEDICINE_CHARS_MAX,
  MEDICINES_MAX,
  NONE,
  TEXT_MAX,
  toggled,
} from "../answers";

export interface QuestionProps {
  readonly question: QuestionView;
  readonly answer: Answer | undefined;
  readonly onAnswer: (answer: Answer | undefined) => void;
}

export function Question(props: QuestionProps): JSX.Element {
  switch (props.question.kind) {
    case "yes_no":
      return <YesNo {...props} />;
    case "choice":
      return <OneOf {...props} />;
    case "multi":
      return <SomeOf {...props} />;
    case "medicine_list":
      return <Medicines {...props} />;
    default:
      return <Written {...props} />;
  }
}

function YesNo({ question, answer, onAnswer }: QuestionProps): JSX.Element {
  return (
    <Asked question={question}>
      <div class="join-yes-no">
        {[true, false].map((value) => (
          <label key={String(value)} class="join-card">
            <input
              type="radio"
              name={question.id}
              value={String(value)}
              checked={answer === value}
              onChange={() => onAnswer(value)}
            />
            <span>{t(value ? "health.yes" : "health.no")}</span>
          </label>
        ))}
      </div>
    </Asked>
  );
}

function OneOf({ question, answer, onAnswer }: QuestionProps): JSX.Element {
  return (
    <Asked question={question}>
      {question.choices.map((choice) => (
        <label key={choice.value} class="join-card">
          <input
            type="radio"
            name={question.id}
            value={choice.value}
            checked={answer === choice.value}
            onChange={() => onAnswer(choice.value)}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </Asked>
  );
}

function SomeOf({ question, answer, onAnswer }: QuestionProps): JSX.Element {
  const chosen = Array.isArray(answer) ? answer : [];
  return (
    <Asked question={question} hint={t("health.allThatApply")}>
      {question.choices.map((choice) => (
        <label key={choice.value} class="join-card">
          <input
            type="checkbox"
            name={question.id}
            value={choice.value}
            checked={chosen.includes(choice.value)}
            onChange={() => onAnswer(toggled(chosen, choice.value))}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </Asked>
  );
}

/** text, number, date, and any kind that is newer than this page. */
function Written({ question, answer, onAnswer }: QuestionProps): JSX.Element {
  const id = useId();
  const common = {
    id,
    name: question.id,
    ...(question.help === "" ? {} : { "aria-describedby": `${id}-help` }),
  };
  const value = typeof answer === "string" || typeof answer === "number" ? String(answer) : "";
  return (
    <div class="gf-field join-asked">
      <label for={id}>{question.text}</label>
      {question.help !== "" && <small id={`${id}-help`}>{question.help}</small>}
      {question.kind === "text" ? (
        <textarea
          {...common}
          rows={2}
          maxLength={TEXT_MAX}
          value={value}
          onInput={(event) => onAnswer(event.currentTarget.value)}
        />
      ) : (
        <input
          {...common}
          type={(question.kind === "date" ? "date" : "text") as "text"}
          inputMode={question.kind === "number" ? "decimal" : "text"}
          autocomplete="off"
          maxLength={TEXT_MAX}
          value={value}
          onInput={(event) => onAnswer(typed(question.kind, event.currentTarget.value))}
        />
      )}
    </div>
  );
}

function typed(kind: string, text: string): Answer | undefined {
  if (kind !== "number") {
    return text;
  }
  const number = Number(text.replace(",", "."));
  return text.trim() === "" || !Number.isFinite(number) ? undefined : number;
}

/** Medicines one by one; "I take none" is an answer of its own. */
function Medicines({ question, answer, onAnswer }: QuestionProps): JSX.Element {
  const list = Array.isArray(answer) ? answer : [];
  const none = list.length === 1 && list[0] === NONE;
  function add(medicine: string): void {
    if (list.length < MEDICINES_MAX) {
      onAnswer([...list.filter((each) => each !== NONE && each !== medicine), medicine]);
    }
  }
  function remove(medicine: string): void {
    onAnswer(list.filter((each) => each !== medicine));
  }
  return (
    <Asked question={question}>
      {!none && (
        <>
          <MedicineList list={list} onRemove={remove} />
          <AddMedicine name={question.id} onAdd={add} />
        </>
      )}
      {(none || list.length === 0) && (
        <label class="join-card">
          <input
            type="checkbox"
            name={question.id}
            value={NONE}
            checked={none}
            onChange={() => onAnswer(none ? undefined : [NONE])}
          />
          <span>{t("health.noMedicines")}</span>
        </label>
      )}
    </Asked>
  );
}

/** What was typed counts when the field is left, too: nobody must find the button. */
function AddMedicine(props: { name: string; onAdd: (medicine: string) => void }): JSX.Element {
  const draft = useSignal("");
  const id = useId();
  function add(): void {
    const medicine = draft.value.trim();
    if (medicine !== "") {
      draft.value = "";
      props.onAdd(medicine);
    }
  }
  return (
    <>
      <label for={id}>{t("health.medicine")}</label>
      <div class="join-add">
        <input
          id={id}
          name={props.name}
          type="text"
          autocomplete="off"
          maxLength={MEDICINE_CHARS_MAX}
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
        <button type="button" class="secondary" onClick={add} data-testid="medicine-add">
          {t("health.add")}
        </button>
      </div>
    </>
  );
}

function MedicineList(props: {
  list: readonly string[];
  onRemove: (name: string) => void;
}): JSX.Element | null {
  return props.list.length === 0 ? null : (
    <ul class="join-medicines">
      {props.list.map((name) => (
        <li key={name}>
          <span>{name}</span>
          <button type="button" class="quiet" onClick={() => props.onRemove(name)}>
            <Icon name="cross" label={t("health.remove", { name })} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Asked(props: {
  question: QuestionView;
  hint?: string;
  children: ComponentChildren;
}): JSX.Element {
  const id = useId();
  const help = [props.question.help, props.hint ?? ""].filter((each) => each !== "").join(" ");
  return (
    <fieldset class="join-asked" aria-describedby={help === "" ? undefined : id}>
      <legend>{props.question.text}</legend>
      {help !== "" && (
        <small id={id} class="gf-muted">
          {help}
        </small>
      )}
      {props.children}
    </fieldset>
  );
}
