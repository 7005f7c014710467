// Somebody on site needs help now: said above everything else, until it is over.

import type { JSX } from "preact";
import type { EncounterRow } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import "./emergencies.css";

const ON_SITE =
  "Stay with the patient. Call 911. Bring the emergency kit. Open the door for the ambulance.";
const WORDS: Readonly<Record<string, string>> = {
  anaphylaxis: "severe allergic reaction",
  vision_loss: "loss of sight",
  stroke_signs: "signs of a stroke",
  chest_pain: "chest pain",
  dyspnoea: "trouble breathing",
  suicidality: "thoughts of self-harm",
  other: "asked for help",
};

export function Emergencies(props: { rows: readonly EncounterRow[] }): JSX.Element {
  const now = props.rows.filter((row) => row.emergency !== null);
  return (
    <div role="alert" class="emergencies">
      {now.map((row) => (
        <Emergency key={row.encounter_id} row={row} />
      ))}
    </div>
  );
}

function Emergency({ row }: { row: EncounterRow }): JSX.Element | null {
  const { emergency } = row;
  if (emergency === null) return null;
  const { place, street, city, jurisdiction, postal_code, steps, flags } = emergency;
  const said = flags.map((each) => WORDS[each] ?? each.replaceAll("_", " ")).join(", ");
  return (
    <section aria-label={`Emergency: ${row.patient_name}`} data-testid="emergency-alert">
      <h2>
        <Icon name="warning" /> Emergency: {row.patient_name}
      </h2>
      <p>
        {said}. Call 911 and give: {place !== "" && `${place}, `}
        <strong>
          {street}, {city}, {jurisdiction} {postal_code}
        </strong>
      </p>
      {place !== "" && <p>{steps === "" ? ON_SITE : steps}</p>}
    </section>
  );
}
