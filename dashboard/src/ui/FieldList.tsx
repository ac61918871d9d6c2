import { useI18n } from "../i18n";
import { SafeText } from "./SafeText";
import { Tree } from "./Tree";

const TIMES = new Set(["ts", "receivedAt", "clientTs", "createdAt"]);

/** Names and values as they are stored. */
export function FieldList({ fields }: { fields: [string, unknown][] }) {
  const { fmt } = useI18n();
  return (
    <dl className="grid grid-cols-[minmax(96px,auto)_minmax(0,1fr)] text-xs">
      {fields.map(([name, value]) => (
        <div
          key={name}
          className="col-span-2 grid grid-cols-subgrid gap-x-4 border-b border-line py-1.5 last:border-0"
        >
          <dt className="font-mono text-ink-3">{name}</dt>
          <dd className="min-w-0 font-mono break-words">
            {typeof value === "number" && TIMES.has(name) ? (
              `${fmt.dateTimeMs(value)} (${value})`
            ) : typeof value === "object" ? (
              <Tree value={value} />
            ) : (
              <SafeText text={String(value)} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
