// Who looks at what was sent, with profession and license, from the moment they took it on; and
// whether they found it enough. It is how they are disclosed in an exam without a live visit.

import type { JSX } from "preact";
import { t } from "../../shared/i18n";
import type { ReviewerView } from "../../shared/protocol/types";
import { Notice } from "../../shared/ui/Notice";

export function Reviewer({ reviewer }: { reviewer: ReviewerView | null }): JSX.Element | null {
  if (reviewer === null) return null;
  const { display_name: name, profession, licenses, sufficient } = reviewer;
  return (
    <Notice live="polite" testId="reviewer">
      <p>{t("reviewer.who", { name, profession })}</p>
      <p>{t("reviewer.license", { licenses: licenses.join(", ") })}</p>
      {sufficient !== null && (
        <p data-testid="determination">
          {t(sufficient ? "reviewer.enough" : "reviewer.notEnough", { name })}
        </p>
      )}
    </Notice>
  );
}
