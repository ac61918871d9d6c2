import { ApiError } from "../api/errors";
import { useI18n } from "../i18n";

/**
 * The problem of a form's field. The server explains in English; in other languages the rule
 * beside the field says what was wrong.
 */
export function useProblems(error: Error | null) {
  const { t, lang } = useI18n();
  return (field: string, rule?: string): string | undefined => {
    const problem = error instanceof ApiError ? error.problemOf(field) : undefined;
    if (problem === undefined || lang === "en") return problem;
    return t.error.field(rule ?? "").trim();
  };
}
