import { useState } from "react";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { Boxes, Check, ChevronsUpDown } from "lucide-react";
import type { ProjectRef } from "../api/types";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";
import { Badge } from "../ui/Badge";
import { SearchInput } from "../ui/Input";
import { Menu, menuItemClass } from "../ui/Menu";
import { useProjects } from "./useMe";

/** Above this many a search field helps more than it disturbs. */
const SEARCH_FROM = 7;

export function ProjectSwitcher({ current }: { current: string | undefined }) {
  const { t } = useI18n();
  const projects = useProjects();
  const project = projects.find((candidate) => candidate.slug === current);
  return (
    <Menu
      about={t.nav.switchProject}
      triggerClass="flex h-11 w-full items-center gap-2.5 rounded-xl border border-line bg-canvas px-2.5 text-left hover:border-line-strong"
      placement="left-0 top-full mt-1.5 w-full"
      trigger={
        <>
          <Initial name={project?.name ?? current ?? "–"} />
          <span className="min-w-0 grow truncate text-[13px] font-semibold">
            {project?.name ?? current ?? t.nav.noProject}
          </span>
          <ChevronsUpDown aria-hidden size={14} className="shrink-0 text-ink-3" />
        </>
      }
    >
      {(close) => <Choices projects={projects} current={current} onDone={close} />}
    </Menu>
  );
}

function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden
      className="flex size-6 shrink-0 items-center justify-center rounded-md bg-accent-soft text-xs font-semibold text-accent"
    >
      {[...name][0]?.toUpperCase()}
    </span>
  );
}

interface ChoicesProps {
  projects: ProjectRef[];
  current: string | undefined;
  onDone: () => void;
}

function Choices({ projects, current, onDone }: ChoicesProps) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [search, setSearch] = useState("");
  const needle = search.toLowerCase();
  const shown = projects.filter((project) =>
    `${project.name} ${project.slug}`.toLowerCase().includes(needle),
  );

  function choose(slug: string) {
    onDone();
    // Stay on the same kind of page; filters belong to the other project.
    const section = /^\/p\/[^/]+(\/[a-z]+)?/.exec(pathname)?.[1] ?? "";
    void navigate({ to: `/p/${encodeURIComponent(slug)}${section}` as "/" });
  }

  return (
    <div>
      {projects.length >= SEARCH_FROM && (
        <SearchInput
          label={t.nav.findProject}
          placeholder={t.nav.findProject}
          value={search}
          onChange={setSearch}
          className="mb-1 w-full"
        />
      )}
      <ul className="max-h-72 overflow-y-auto">
        {shown.map((project) => (
          <li key={project.slug}>
            <button
              type="button"
              data-item
              aria-current={project.slug === current}
              onClick={() => choose(project.slug)}
              className={menuItemClass}
            >
              <span className="min-w-0 grow truncate">{project.name}</span>
              {project.demo && <Badge tone="accent">{t.nav.demo}</Badge>}
              <Check
                aria-hidden
                size={14}
                className={cx("text-accent", project.slug !== current && "invisible")}
              />
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className="px-2.5 py-2 text-xs text-ink-3">{t.nav.noMatch}</li>}
      </ul>
      <div className="mt-1 border-t border-line pt-1">
        <Link to="/projects" data-item onClick={onDone} className={menuItemClass}>
          <Boxes size={15} />
          {t.nav.allProjects}
        </Link>
      </div>
    </div>
  );
}
