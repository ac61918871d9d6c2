import type { ReactNode } from "react";
import { cx } from "../lib/cx";

interface ScrollerProps {
  label: string;
  className?: string | undefined;
  children: ReactNode;
}

/** A box that scrolls on its own must be reachable by those who scroll with the keyboard. */
export function Scroller({ label, className, children }: ScrollerProps) {
  return (
    <div
      role="group"
      aria-label={label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={cx("relative overflow-auto focus-visible:outline-offset-[-2px]", className)}
    >
      {children}
    </div>
  );
}
