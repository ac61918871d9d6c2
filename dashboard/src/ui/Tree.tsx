import { useState } from "react";
import { ChevronRight } from "lucide-react";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";
import { SafeText } from "./SafeText";

const DEEPEST = 24;
const FIRST_ENTRIES = 50;
const LONG_TEXT = 400;
const OPEN_LEVELS = 2;

/** JSON from outside as a tree that stays quick however large the document is. */
export function Tree({ value }: { value: unknown }) {
  const { t } = useI18n();
  const entries = entriesOf(value);
  if (!entries) return <Leaf value={value} />;
  if (entries.length === 0) return <span className="text-ink-3">{t.tree.empty}</span>;
  return (
    <div className="font-mono text-xs leading-6">
      <Entries entries={entries} depth={0} />
    </div>
  );
}

type Entry = [name: string, value: unknown];

function entriesOf(value: unknown): Entry[] | null {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item as unknown]);
  if (typeof value === "object" && value !== null) return Object.entries(value);
  return null;
}

function Entries({ entries, depth }: { entries: Entry[]; depth: number }) {
  const { t } = useI18n();
  const [shown, setShown] = useState(FIRST_ENTRIES);
  if (depth > DEEPEST) return <span className="text-ink-3">{t.tree.deep}</span>;
  return (
    <ul className={cx(depth > 0 && "ml-[7px] border-l border-line pl-3")}>
      {entries.slice(0, shown).map(([name, value]) => (
        <Node key={name} name={name} value={value} depth={depth} />
      ))}
      {entries.length > shown && (
        <li>
          <button
            type="button"
            className="text-accent hover:underline"
            onClick={() => setShown(shown + 200)}
          >
            {t.tree.rest(entries.length - shown)}
          </button>
        </li>
      )}
    </ul>
  );
}

function Node({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(depth < OPEN_LEVELS);
  const entries = entriesOf(value);
  if (!entries || entries.length === 0) {
    return (
      <li className="flex gap-2 pl-[18px]">
        <Name name={name} />
        {entries ? (
          <span className="text-ink-3">{Array.isArray(value) ? "[ ]" : "{ }"}</span>
        ) : (
          <Leaf value={value} />
        )}
      </li>
    );
  }
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-1 rounded hover:bg-sunken"
      >
        <ChevronRight
          aria-hidden
          size={14}
          className={cx("shrink-0 text-ink-3 transition-transform", open && "rotate-90")}
        />
        <Name name={name} />
        {!open && <span className="text-ink-3">{t.tree.items(entries.length)}</span>}
      </button>
      {open && <Entries entries={entries} depth={depth + 1} />}
    </li>
  );
}

function Name({ name }: { name: string }) {
  return (
    <span className="shrink-0 text-ink-3">
      <SafeText text={name} />
    </span>
  );
}

function Leaf({ value }: { value: unknown }) {
  const { t } = useI18n();
  const [whole, setWhole] = useState(false);
  if (typeof value !== "string") {
    const tone = value === null ? "text-ink-3" : "text-info";
    return <span className={cx("font-mono", tone)}>{String(value)}</span>;
  }
  const long = value.length > LONG_TEXT && !whole;
  return (
    <span className="min-w-0 font-mono break-words whitespace-pre-wrap text-ink">
      {value === "" ? (
        <span className="text-ink-3">""</span>
      ) : (
        <SafeText text={long ? value.slice(0, LONG_TEXT) : value} />
      )}
      {long && (
        <button
          type="button"
          className="ml-1 text-accent hover:underline"
          onClick={() => setWhole(true)}
        >
          … {t.action.showMore}
        </button>
      )}
    </span>
  );
}
