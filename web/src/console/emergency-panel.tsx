// An emergency: where to send help, what the site does, and one press to tell the spa.

import type { JSX } from "preact";
import type { ChartView } from "../shared/protocol/types";
import { Icon } from "../shared/ui/Icon";
import type { ChartDesk } from "./chart-desk";
import { emergencyWords } from "./words";
import "./emergency-panel.css";

const ON_SITE =
  "Stay with the patient. Call 911. Bring the emergency kit. Open the door for the ambulance.";

export function EmergencyPanel(props: { chart: ChartDesk; view: ChartView }): JSX.Element {
  const { chart, view } = props;
  const { emergency } = view;
  if (emergency === null) {
    return (
      <>
        <button
          type="button"
          class="secondary emergency-raise"
          data-testid="emergency-raise"
          aria-busy={chart.telling.value}
          onClick={() => void chart.raiseEmergency()}
        >
          <Icon name="warning" />
          {chart.telling.value
            ? "Telling the spa"
            : "Emergency: show the address, tell the spa"}
        </button>
        <Untold chart={chart} />
      </>
    );
  }
  const { place, street, city, jurisdiction, postal_code, steps } = emergency;
  return (
    <section
      class="emergency-panel"
      role="alert"
      aria-label="Emergency"
      data-testid="emergency-alert"
    >
      <h2>
        <Icon name="warning" /> Emergency: {emergencyWords(emergency.flags)}
      </h2>
      <p>
        Have 911 called to: {place !== "" && `${place}, `}
        <strong data-testid="emergency-address">
          {street}, {city}, {jurisdiction} {postal_code}
        </strong>
      </p>
      <p>
        Patient {view.identity.phone} · emergency contact {view.identity.emergency_name},{" "}
        {view.identity.emergency_phone}
      </p>
      {place !== "" && <p>On site: {steps === "" ? ON_SITE : steps}</p>}
      <p class="gf-small">
        The spa has been told. Decisions and signing are not held up by this.
      </p>
      {view.signed_at_ms === null && (
        <button
          type="button"
          class="secondary"
          data-testid="emergency-clear"
          aria-busy={chart.telling.value}
          onClick={() => void chart.clearEmergency()}
        >
          It is over
        </button>
      )}
      <Untold chart={chart} />
    </section>
  );
}

/** Why it was refused, at once and aloud: nobody may believe that the spa has been told. */
function Untold(props: { chart: ChartDesk }): JSX.Element {
  return (
    <p class="problem emergency-untold" role="alert" data-testid="emergency-problem">
      {props.chart.emergencyProblem.value}
    </p>
  );
}
