import { useCallback, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { cx } from "../lib/cx";
import { useOutside } from "../lib/hooks";

interface MenuProps {
  /** What the visible text of the trigger is about, for those who do not see it. */
  about?: string;
  trigger: ReactNode;
  triggerClass: string;
  /** Where the panel hangs, e.g. `right-0 top-full mt-1`. */
  placement: string;
  children: (close: () => void) => ReactNode;
}

/** A button and the panel it opens: Escape and presses elsewhere close it, arrows move in it. */
export function Menu({ about, trigger, triggerClass, placement, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  const root = useOutside<HTMLDivElement>(open, close);
  const button = useRef<HTMLButtonElement>(null);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape" && open) {
      event.stopPropagation();
      close();
      button.current?.focus();
    }
    if (!open || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const items = [...(root.current?.querySelectorAll<HTMLElement>("[data-item]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const step = event.key === "ArrowDown" ? 1 : -1;
    items.at((at + step + items.length) % items.length)?.focus();
  }

  return (
    // Only relays the keys of the controls inside.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={root} className="relative" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        aria-haspopup="true"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className={triggerClass}
      >
        {about && <span className="sr-only">{`${about}: `}</span>}
        {trigger}
      </button>
      {open && (
        <div
          className={cx(
            "pop-in absolute z-40 min-w-52 rounded-xl border border-line bg-raised p-1.5 shadow-float",
            placement,
          )}
        >
          {children(close)}
        </div>
      )}
    </div>
  );
}

export const menuItemClass = cx(
  "flex w-full items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-left text-[13px] text-ink-2",
  "hover:bg-sunken hover:text-ink focus-visible:bg-sunken focus-visible:outline-offset-[-2px]",
);
