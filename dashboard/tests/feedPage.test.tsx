import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { json, open, SESSION } from "./render";

const line = (id: string) => ({
  id,
  device: "till",
  ts: 1_800_000_000_000,
  receivedAt: 1_800_000_000_100,
  level: "INFO",
  message: `message ${id}`,
  tags: [],
});

function openLogs(search: string) {
  return open(`/p/shop/logs${search}`, ({ path }) => {
    if (path === "/api/auth/me") return json(200, SESSION);
    if (path.startsWith("/api/projects/shop/logs?")) {
      return json(200, { items: [line("b"), line("a")], nextCursor: null });
    }
    return undefined;
  });
}

/** The page's own code is loaded on demand, which may take a busy machine a while. */
const first = (role: string, name: string) =>
  screen.findByRole(role, { name }, { timeout: 4_000 });

it("asks for what is searched and chosen, and offers just that as a file", async () => {
  const requests = openLogs("?device=till");
  fireEvent.change(await first("textbox", "Search"), { target: { value: "paper jam" } });
  fireEvent.click(screen.getByRole("button", { name: "Error" }));
  const asked = { device: "till", level: "ERROR", q: "paper jam", from: "-24h" };
  const holds = (address: string) => {
    const query = new URL(address, "http://localhost").searchParams;
    return Object.entries(asked).every(([name, value]) => query.get(name) === value);
  };
  await waitFor(() => expect(requests.some(({ path }) => holds(path))).toBe(true));
  const file = screen.getByRole("link", { name: "Export" }).getAttribute("href") ?? "";
  expect(file).toContain("/api/projects/shop/logs/export?");
  expect(holds(file)).toBe(true);
});

it("steps from one open line to the next, and no further", async () => {
  openLogs("?log=till~b");
  const next = await first("button", "Next");
  await waitFor(() => expect(next).toHaveProperty("disabled", false));
  expect(screen.getByRole("button", { name: "Previous" })).toHaveProperty("disabled", true);
  fireEvent.click(next);
  await waitFor(() => expect(decodeURIComponent(window.location.search)).toContain("log=till~a"));
  await waitFor(() => expect(next).toHaveProperty("disabled", true));
});
