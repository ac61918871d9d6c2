import { BASE } from "../lib/base";
import { reportReachable } from "./connection";
import { ApiError, toApiError } from "./errors";
import { csrfToken, setCsrfToken, signedOut } from "./session";
import type { Session } from "./types";

export type Params = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  params?: Params;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export function url(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const search = query.toString();
  return BASE + path + (search && `?${search}`);
}

/** A path with its parts encoded: path`/api/projects/${slug}/keys`. */
export function path(strings: TemplateStringsArray, ...parts: (string | number)[]): string {
  return String.raw({ raw: strings }, ...parts.map((part) => encodeURIComponent(part)));
}

async function send(method: Method, target: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  const token = csrfToken();
  if (method !== "GET" && token) headers["x-csrf-token"] = token;
  try {
    const response = await fetch(url(target, options.params), {
      method,
      headers,
      credentials: "same-origin",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    reportReachable(true);
    return response;
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    reportReachable(false);
    throw new ApiError(0, "unreachable", cause instanceof Error ? cause.message : "no answer");
  }
}

async function read(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const body = await response.text();
  if (body === "") return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // A proxy's page, or a truncated answer.
    if (response.ok) throw new ApiError(response.status, "not_json", "The answer is not JSON.");
    return undefined;
  }
}

async function once<T>(method: Method, target: string, options: RequestOptions): Promise<T> {
  const response = await send(method, target, options);
  const body = await read(response);
  if (response.ok) return body as T;
  throw toApiError(response, body);
}

/** The token dies with the server's restart while the cookie lives: fetch a new one and go on. */
async function renewToken(): Promise<void> {
  const session = await once<Session>("GET", "/api/auth/me", {});
  setCsrfToken(session.csrfToken);
}

export async function request<T>(
  method: Method,
  target: string,
  options: RequestOptions = {},
): Promise<T> {
  try {
    return await once<T>(method, target, options);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403 && error.code === "csrf") {
      await renewToken();
      return once<T>(method, target, options);
    }
    if (error.status === 401 && target !== "/api/auth/login") signedOut();
    throw error;
  }
}

export const api = {
  get: <T>(target: string, options?: RequestOptions) => request<T>("GET", target, options),
  post: <T>(target: string, body?: unknown) => request<T>("POST", target, { body: body ?? {} }),
  put: <T>(target: string, body: unknown, headers?: Record<string, string>) =>
    request<T>("PUT", target, { body, ...(headers ? { headers } : {}) }),
  patch: <T>(target: string, body: unknown) => request<T>("PATCH", target, { body }),
  delete: <T>(target: string) => request<T>("DELETE", target),
};
