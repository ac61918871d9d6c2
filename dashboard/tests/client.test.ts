import { beforeEach, describe, expect, it, vi } from "vitest";
import { api, path, url } from "../src/api/client";
import { connection } from "../src/api/connection";
import { ApiError } from "../src/api/errors";
import { csrfToken, onSignedOut, setCsrfToken } from "../src/api/session";

const fetched = vi.fn<(input: string, init: RequestInit) => Promise<Response>>();

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Response(text, { status, headers });
}

function header(call: number, name: string): string | undefined {
  return (fetched.mock.calls[call]?.[1].headers as Record<string, string>)[name];
}

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
  setCsrfToken("token-1");
});

describe("requests", () => {
  it("carry the token on everything but GET", async () => {
    fetched.mockImplementation(() => Promise.resolve(answer(200, {})));
    await api.get("/api/ping");
    await api.post("/api/projects", { slug: "shop" });
    await api.delete("/api/projects/shop");
    expect(header(0, "x-csrf-token")).toBeUndefined();
    expect(header(1, "x-csrf-token")).toBe("token-1");
    expect(header(2, "x-csrf-token")).toBe("token-1");
    expect(fetched.mock.calls[1]?.[1].body).toBe('{"slug":"shop"}');
  });

  it("encode what comes from outside", () => {
    expect(path`/api/projects/${"a/b?c"}/events/${"x#y"}`).toBe(
      "/api/projects/a%2Fb%3Fc/events/x%23y",
    );
    expect(url("/api/logs", { q: "a&b=中", level: undefined, tag: "", limit: 5 })).toBe(
      "/api/logs?q=a%26b%3D%E4%B8%AD&limit=5",
    );
  });

  it("understand an answer without a body", async () => {
    fetched.mockResolvedValue(answer(204, undefined));
    await expect(api.post("/api/auth/logout")).resolves.toBeUndefined();
  });

  it("fetch a new token once when the server has forgotten the old one", async () => {
    fetched
      .mockResolvedValueOnce(answer(403, { code: "csrf", title: "Forbidden" }))
      .mockResolvedValueOnce(answer(200, { csrfToken: "token-2" }))
      .mockResolvedValueOnce(answer(200, { ok: true }));
    await expect(api.put("/api/x", {})).resolves.toEqual({ ok: true });
    expect(header(2, "x-csrf-token")).toBe("token-2");
    expect(csrfToken()).toBe("token-2");
  });
});

describe("problems", () => {
  it("name their fields", async () => {
    fetched.mockResolvedValue(
      answer(422, {
        code: "invalid_field",
        detail: "2 fields are invalid",
        errors: [
          { field: "retention.logsDays", problem: "must be between 1 and 365" },
          { field: "access.origins", problem: '"localhost" needs a scheme' },
        ],
        requestId: "r-1",
      }),
    );
    const error = await api.put("/api/x", {}).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ApiError);
    const problem = error as ApiError;
    expect(problem.problemOf("retention.logsDays")).toBe("must be between 1 and 365");
    expect(problem.problemOf("retention.eventsDays")).toBeUndefined();
    expect(problem.requestId).toBe("r-1");
  });

  it("with one field use the detail", async () => {
    fetched.mockResolvedValue(
      answer(400, { code: "invalid_field", detail: "is taken", field: "slug" }),
    );
    const error = (await api.post("/api/x").catch((cause: unknown) => cause)) as ApiError;
    expect(error.problemOf("slug")).toBe("is taken");
  });

  it("say how long to wait", async () => {
    fetched.mockResolvedValue(answer(429, { code: "locked" }, { "retry-after": "42" }));
    const error = (await api.post("/api/auth/login").catch((e: unknown) => e)) as ApiError;
    expect([error.status, error.code, error.retryAfterS]).toEqual([429, "locked", 42]);
  });

  it("survive an answer that is not JSON", async () => {
    fetched.mockResolvedValue(new Response("<h1>Bad gateway</h1>", { status: 502 }));
    const error = (await api.get("/api/x").catch((cause: unknown) => cause)) as ApiError;
    expect([error.status, error.code]).toEqual([502, "http_502"]);
  });
});

describe("the sign-in", () => {
  it("is over when any request says so, but not when signing in fails", async () => {
    const told = vi.fn();
    const stop = onSignedOut(told);
    fetched.mockImplementation(() =>
      Promise.resolve(answer(401, { code: "unauthenticated" })),
    );
    await api.post("/api/auth/login", {}).catch(() => undefined);
    expect(told).not.toHaveBeenCalled();
    await api.get("/api/projects").catch(() => undefined);
    expect(told).toHaveBeenCalledOnce();
    expect(csrfToken()).toBeNull();
    stop();
  });
});

describe("the connection", () => {
  it("is lost when no answer comes and back with the next one", async () => {
    fetched.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    const error = (await api.get("/api/ping").catch((cause: unknown) => cause)) as ApiError;
    expect(error.status).toBe(0);
    expect(connection()).toBe("unreachable");
    fetched.mockResolvedValueOnce(answer(503, {}));
    await api.get("/api/ping").catch(() => undefined);
    expect(connection()).toBe("online");
  });
});
