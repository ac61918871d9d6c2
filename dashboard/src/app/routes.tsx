import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { me } from "../api/queries";
import { ApiError } from "../api/errors";
import { recall } from "../lib/storage";
import { LoginPage } from "../features/auth/LoginPage";
import { validateAuditSearch } from "../features/audit/search";
import { validateEventSearch } from "../features/events/search";
import { validateLedgerSearch } from "../features/ledger/search";
import { validateLogSearch } from "../features/logs/search";
import { validateSettingsSearch } from "../features/settings/search";
import { safeNext, type RawSearch } from "./search";
import { Shell } from "./Shell";

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search: RawSearch): { next?: string | undefined; expired?: boolean } => ({
    next: safeNext(search["next"]),
    ...(search["expired"] ? { expired: true } : {}),
  }),
  component: LoginPage,
});

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(me);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/login", search: { next } });
    }
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: async ({ context }) => {
    const { projects = [] } = await context.client.ensureQueryData(me);
    const last = recall("project");
    const chosen = projects.find((project) => project.slug === last) ?? projects[0];
    if (!chosen) throw redirect({ to: "/projects" });
    throw redirect({ to: "/p/$project", params: { project: chosen.slug } });
  },
});

const project = createRoute({ getParentRoute: () => app, path: "/p/$project", component: Outlet });

const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(
    () => import("../features/overview/OverviewPage"),
    "OverviewPage",
  ),
});

const events = createRoute({
  getParentRoute: () => project,
  path: "/events",
  validateSearch: validateEventSearch,
  component: lazyRouteComponent(() => import("../features/events/EventsPage"), "EventsPage"),
});

const logs = createRoute({
  getParentRoute: () => project,
  path: "/logs",
  validateSearch: validateLogSearch,
  component: lazyRouteComponent(() => import("../features/logs/LogsPage"), "LogsPage"),
});

const ledger = createRoute({
  getParentRoute: () => project,
  path: "/ledger",
  validateSearch: validateLedgerSearch,
  component: lazyRouteComponent(() => import("../features/ledger/LedgerPage"), "LedgerPage"),
});

const setup = createRoute({
  getParentRoute: () => project,
  path: "/setup",
  component: lazyRouteComponent(() => import("../features/setup/SetupPage"), "SetupPage"),
});

const keys = createRoute({
  getParentRoute: () => project,
  path: "/keys",
  component: lazyRouteComponent(() => import("../features/keys/KeysPage"), "KeysPage"),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  validateSearch: validateSettingsSearch,
  component: lazyRouteComponent(() => import("../features/settings/SettingsPage"), "SettingsPage"),
});

const projects = createRoute({
  getParentRoute: () => app,
  path: "/projects",
  component: lazyRouteComponent(() => import("../features/projects/ProjectsPage"), "ProjectsPage"),
});

const operators = createRoute({
  getParentRoute: () => app,
  path: "/operators",
  component: lazyRouteComponent(
    () => import("../features/operators/OperatorsPage"),
    "OperatorsPage",
  ),
});

const audit = createRoute({
  getParentRoute: () => app,
  path: "/audit",
  validateSearch: validateAuditSearch,
  component: lazyRouteComponent(() => import("../features/audit/AuditPage"), "AuditPage"),
});

const system = createRoute({
  getParentRoute: () => app,
  path: "/system",
  component: lazyRouteComponent(() => import("../features/system/SystemPage"), "SystemPage"),
});

const account = createRoute({
  getParentRoute: () => app,
  path: "/account",
  component: lazyRouteComponent(() => import("../features/account/AccountPage"), "AccountPage"),
});

export const routeTree = root.addChildren([
  login,
  app.addChildren([
    home,
    project.addChildren([overview, events, logs, ledger, setup, keys, settings]),
    projects,
    operators,
    audit,
    system,
    account,
  ]),
]);
