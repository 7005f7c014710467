// A refusal in words: the page's or the shared sentence of its code, else the server's own.

import type { JSX } from "preact";
import type { ApiError } from "../http";
import { hasSentence, t } from "../i18n";
import { Notice } from "./Notice";

/** What to say for a code: `error.<code>` of the page, the shared one, the server's sentence. */
export function errorSentence(error: { code: string; message: string }): string {
  for (const key of [`error.${error.code}`, `shared.error.${error.code}`]) {
    if (hasSentence(key)) {
      return t(key);
    }
  }
  return error.message === "" ? t("shared.error.other") : error.message;
}

export interface ErrorBoxProps {
  readonly error: ApiError | null;
  readonly onRetry?: () => void;
}

export function ErrorBox({ error, onRetry }: ErrorBoxProps): JSX.Element | null {
  if (error === null) {
    return null;
  }
  return (
    <Notice tone={error.code === "offline" ? "warn" : "error"} live="assertive" testId="error">
      <p data-code={error.code}>{errorSentence(error)}</p>
      {onRetry !== undefined && (
        <button type="button" class="secondary" onClick={onRetry} data-testid="error-retry">
          {t("shared.error.again")}
        </button>
      )}
    </Notice>
  );
}
