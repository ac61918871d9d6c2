import { render } from "@testing-library/react";
import { vi } from "vitest";
import { App } from "../src/app/App";
import { en } from "../src/i18n/en";

type Handler = (request: { method: string; path: string; body: unknown }) => Response | undefined;

export function json(status: number, body: unknown, headers: Record<string, string> = {}) {
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

export const SESSION = {
  operator: { id: 1, username: "admin", role: "admin", mustChangePassword: false },
  csrfToken: "token",
  expiresAt: 4_000_000_000_000,
  projects: [{ slug: "shop", name: "Web shop", demo: false }],
};

/** The whole dashboard at an address, with the server played by `handler`. */
export function open(address: string, handler: Handler) {
  const requests: { method: string; path: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => {
    const request = {
      method: init.method ?? "GET",
      path: input,
      body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined,
    };
    requests.push(request);
    const missing = { code: "not_found", title: "Not Found" };
    return Promise.resolve(handler(request) ?? json(404, missing));
  });
  window.history.replaceState(null, "", address);
  render(<App lang="en" messages={en} />);
  return requests;
}
