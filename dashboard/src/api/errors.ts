export interface FieldProblem {
  field: string;
  problem: string;
}

/** What went wrong, as the server's problem document says it, or as the network did. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** 0: no answer at all. */
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: FieldProblem[] = [],
    readonly requestId: string | null = null,
    readonly retryAfterS: number | null = null,
  ) {
    super(detail);
  }

  /** The problem of one field, by exact path or by its last name. */
  problemOf(path: string): string | undefined {
    return this.fields.find((entry) => entry.field === path)?.problem;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fieldProblems(body: Record<string, unknown>, detail: string): FieldProblem[] {
  const listed = Array.isArray(body["errors"]) ? (body["errors"] as unknown[]) : [];
  const fields = listed.flatMap((entry) => {
    const { field, problem } = (entry ?? {}) as Record<string, unknown>;
    return typeof field === "string" ? [{ field, problem: text(problem) ?? detail }] : [];
  });
  const single = text(body["field"]);
  if (single && !fields.some((entry) => entry.field === single)) {
    fields.push({ field: single, problem: detail });
  }
  return fields;
}

export function toApiError(response: Response, body: unknown): ApiError {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  const detail = text(problem["detail"]) ?? text(problem["title"]) ?? `HTTP ${response.status}`;
  const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new ApiError(
    response.status,
    text(problem["code"]) ?? `http_${response.status}`,
    detail,
    fieldProblems(problem, detail),
    text(problem["requestId"]) ?? response.headers.get("x-request-id"),
    Number.isFinite(retryAfter) ? retryAfter : null,
  );
}
