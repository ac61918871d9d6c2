import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { cx } from "../lib/cx";

export interface VirtualColumn<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Of header and cells: width and alignment. */
  className?: string;
  /** Of the header's text. */
  headerClass?: string;
  /** Of cells alone: how their text looks. */
  cellClass?: string;
}

interface VirtualTableProps<T> {
  label: string;
  columns: VirtualColumn<T>[];
  /** A grid template, as Tailwind classes. */
  grid: string;
  rows: T[];
  rowKey: (row: T) => string;
  selected?: string | undefined;
  onOpen: (row: T) => void;
  /** The last rows are in sight. */
  onEnd?: () => void;
  onTop?: (atTop: boolean) => void;
  footer?: ReactNode;
}

const ROW_PX = 36;
const NEAR_END = 20;

/** A table of any length; only the rows in sight exist. Arrows move, Enter opens. */
export function VirtualTable<T>(props: VirtualTableProps<T>) {
  const { rows, columns, rowKey, onEnd, onTop } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  // The virtualizer keeps its own state; nothing here relies on memoised results of it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 12,
    onChange: (instance) => {
      const last = instance.range?.endIndex ?? 0;
      if (rows.length > 0 && last >= rows.length - NEAR_END) onEnd?.();
      onTop?.((instance.scrollOffset ?? 0) < ROW_PX);
    },
  });

  function move(to: number) {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    setActive(index);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus();
    });
  }

  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 };
    const step = steps[event.key];
    if (step !== undefined) move(active + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(rows.length - 1);
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={scroller}
      className="h-[max(24rem,calc(100dvh-14rem))] overflow-y-auto overscroll-contain"
    >
      <div role="table" aria-label={props.label} aria-rowcount={rows.length + 1}>
        <div role="rowgroup" className="sticky top-0 z-10">
          <div
            role="row"
            aria-rowindex={1}
            className={cx(
              "grid h-8 items-center gap-x-3 border-b border-line bg-sunken px-4 text-xs font-medium text-ink-3 sm:px-5",
              props.grid,
            )}
          >
            {columns.map((column) => (
              <span key={column.key} role="columnheader" className={cx("truncate", column.className)}>
                <span className={column.headerClass}>{column.header}</span>
              </span>
            ))}
          </div>
        </div>
        {/* Relays the arrow keys of the focusable rows inside. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div
          role="rowgroup"
          className="relative"
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const key = rowKey(row);
            return (
              <div
                key={key}
                role="row"
                data-index={item.index}
                aria-rowindex={item.index + 2}
                aria-selected={props.selected === key}
                tabIndex={item.index === Math.min(active, rows.length - 1) ? 0 : -1}
                onFocus={() => setActive(item.index)}
                onClick={() => props.onOpen(row)}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" && event.key !== " ") return;
                  event.preventDefault();
                  props.onOpen(row);
                }}
                className={cx(
                  "absolute inset-x-0 top-0 grid cursor-pointer items-center gap-x-3 border-b border-line/70 px-4 text-[13px] sm:px-5",
                  "hover:bg-sunken/70 focus-visible:outline-offset-[-2px]",
                  "aria-selected:bg-accent-soft",
                  props.grid,
                )}
                style={{ height: ROW_PX, transform: `translateY(${item.start}px)` }}
              >
                {columns.map((column) => (
                  <div
                    key={column.key}
                    role="cell"
                    className={cx("min-w-0 truncate", column.className, column.cellClass)}
                  >
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {props.footer}
    </div>
  );
}
