import type { ReactNode } from "react";
import { cx } from "../lib/cx";

interface CardProps {
  title?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Content touches the edges (tables, lists). */
  flush?: boolean;
  className?: string;
  children: ReactNode;
}

export function Card({ title, lead, actions, flush, className, children }: CardProps) {
  return (
    <section
      className={cx(
        "min-w-0 rounded-xl border border-line bg-surface shadow-card",
        flush && "overflow-hidden",
        className,
      )}
    >
      {(title || actions) && (
        <header
          className={cx(
            "flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3.5 pb-3 sm:px-5",
            flush && "border-b border-line",
          )}
        >
          <div className="min-w-0 grow">
            {title && <h2 className="text-[13px] font-semibold text-ink">{title}</h2>}
            {lead && <p className="text-xs text-ink-3">{lead}</p>}
          </div>
          {actions}
        </header>
      )}
      <div className={cx(!flush && "px-4 pb-4 sm:px-5", !flush && !title && !actions && "pt-4")}>
        {children}
      </div>
    </section>
  );
}

interface PageHeaderProps {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, lead, actions }: PageHeaderProps) {
  return (
    <div className="mb-5 flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="min-w-0 grow">
        <h1 className="text-xl font-semibold tracking-tight text-ink">{title}</h1>
        {lead && <p className="text-[13px] text-ink-3">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
