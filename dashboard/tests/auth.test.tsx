import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { json, open, SESSION } from "./render";

describe("signing in", () => {
  it("comes first, and remembers where one wanted to go", async () => {
    open("/p/shop/events?kind=error", () => json(401, { code: "unauthenticated" }));
    await screen.findByLabelText("User name");
    expect(location.pathname).toBe("/login");
    expect(new URLSearchParams(location.search).get("next")).toBe("/p/shop/events?kind=error");
  });

  it("tells a wrong password from a lock, and waits as long as the server says", async () => {
    let attempts = 0;
    open("/login", ({ path }) => {
      if (path !== "/api/auth/login") return undefined;
      attempts += 1;
      return attempts === 1
        ? json(401, { code: "invalid_credentials" })
        : json(429, { code: "locked" }, { "retry-after": "90" });
    });
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText("User name"), "admin");
    await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
    expect((await screen.findByRole("alert")).textContent).toMatch(/is wrong/);
    await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
    await waitFor(() => {
      expect(screen.getByRole("alert").textContent).toMatch(/Try again in (90|89) seconds/);
    });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Sign in" }).disabled).toBe(true);
  });

  it("with a one-time password leads to nothing but a new password", async () => {
    let changed = false;
    const requests = open("/p/shop/events", ({ path }) => {
      if (path === "/api/auth/password") {
        changed = true;
        return json(204, undefined);
      }
      if (path === "/api/auth/me") {
        return json(200, {
          ...SESSION,
          operator: { ...SESSION.operator, mustChangePassword: !changed },
        });
      }
      return undefined;
    });
    const user = userEvent.setup();
    await screen.findByText("Choose your own password");
    expect(requests.every(({ path }) => path === "/api/auth/me")).toBe(true);
    await user.type(screen.getByLabelText("Current password"), "one-time");
    await user.type(screen.getByLabelText("New password"), "a long new password");
    await user.type(screen.getByLabelText("Repeat the new password"), "a long new passwort{Enter}");
    expect(await screen.findByText("The two passwords differ.")).toBeTruthy();
    expect(changed).toBe(false);
    await user.type(screen.getByLabelText("Repeat the new password"), "{Backspace}d{Enter}");
    await screen.findByRole("navigation", { name: "Main navigation" });
  });
});
