import { useConnection } from "../api/connection";
import { useI18n } from "../i18n";
import { cx } from "../lib/cx";

const TONES = { online: "bg-good", unreachable: "bg-bad", offline: "bg-warn" };

/** On every page: whether what is shown can be current. */
export function ConnectionStatus() {
  const { t } = useI18n();
  const state = useConnection();
  return (
    <span
      role="status"
      title={t.connection[state]}
      className="flex size-8 shrink-0 items-center justify-center"
    >
      <span className={cx("size-2 rounded-full", TONES[state])} />
      <span className="sr-only">{`${t.connection.label}: ${t.connection[state]}`}</span>
    </span>
  );
}
