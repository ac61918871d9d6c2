import type { ReactNode } from "react";
import { cx } from "../lib/cx";
import { Scroller } from "./Scroller";

export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  className?: string;
  /** The header is only read out: buttons need no heading to the eye. */
  headerHidden?: boolean;
  /** Numbers stand at the right. */
  numeric?: boolean;
}

interface TableProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  rowClass?: (row: T) => string | false;
  /** A height, where the table scrolls on its own. */
  scroll?: string;
}

/** A table of everything it was given, for lists that people made by hand. */
export function Table<T>({ label, columns, rows, rowKey, rowClass, scroll }: TableProps<T>) {
  return (
    <Scroller label={label} className={scroll}>
      <table aria-label={label} className="w-full border-collapse text-[13px]">
        <thead>
          <tr className="border-b border-line bg-sunken/60 text-left text-xs text-ink-3">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cx(
                  "h-8 px-3 font-medium whitespace-nowrap first:pl-5 last:pr-5",
                  column.numeric && "text-right",
                )}
              >
                {column.headerHidden ? (
                  <span className="sr-only">{column.header}</span>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              className={cx(
                "border-b border-line transition-colors last:border-0 hover:bg-sunken/50",
                rowClass?.(row),
              )}
            >
              {columns.map((column) => (
                <td
                  key={column.key}
                  className={cx(
                    "h-11 px-3 py-1.5 first:pl-5 last:pr-5",
                    column.numeric && "text-right",
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
