import { Link } from "@tanstack/react-router";
import type { LogLine } from "../../api/types";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { buttonClass } from "../../ui/Button";
import { CopyButton } from "../../ui/Copy";
import { Drawer } from "../../ui/Drawer";
import { FieldList } from "../../ui/FieldList";
import { LongText } from "../../ui/SafeText";
import { EmptyState } from "../../ui/states";
import { Tree } from "../../ui/Tree";
import { asJson } from "../events/fields";
import { StepButtons } from "../feed/StepButtons";
import { LevelBadge } from "./LevelBadge";
import { logKey } from "./model";

interface LogDrawerProps {
  project: string;
  logKey: string;
  around: LogLine[];
  onGo: (line: LogLine) => void;
  onClose: () => void;
}

export function LogDrawer({ project, logKey: key, around, onGo, onClose }: LogDrawerProps) {
  const { t } = useI18n();
  const at = around.findIndex((line) => logKey(line) === key);
  const line = around[at];
  return (
    <Drawer
      label={t.data.detail.log}
      title={
        <span className="flex items-center gap-2">
          {t.data.detail.log}
          {line && <LevelBadge level={line.level} />}
        </span>
      }
      onClose={onClose}
      actions={<StepButtons around={around} at={at} onGo={onGo} />}
    >
      {line ? (
        <Detail project={project} line={line} />
      ) : (
        <EmptyState title={t.data.detail.empty} hint={t.data.noLogsHint} />
      )}
    </Drawer>
  );
}

function Detail({ project, line }: { project: string; line: LogLine }) {
  const { t, fmt } = useI18n();
  const fields = Object.entries(line).filter(
    ([name, value]) =>
      !["extra", "message", "tags"].includes(name) && value !== null && value !== "",
  );
  return (
    <div className="flex flex-col gap-6 px-5 py-5">
      <div>
        <div className="mb-2 flex flex-wrap items-center gap-2 text-xs text-ink-3">
          <time dateTime={new Date(line.ts).toISOString()}>{fmt.dateTimeMs(line.ts)}</time>
          {line.clientTs ? (
            <Badge tone="warn">{t.data.detail.corrected(fmt.dateTimeMs(line.clientTs))}</Badge>
          ) : null}
        </div>
        <div className="relative">
          <LongText text={line.message} className="max-h-[50dvh] pr-11" />
          <CopyButton text={line.message} className="absolute top-1.5 right-1.5" />
        </div>
        <div className="mt-3 flex flex-wrap items-center gap-1.5">
          <span className="mr-1 text-xs text-ink-3">{t.data.detail.find}</span>
          {line.device && (
            <Link
              to="/p/$project/logs"
              params={{ project }}
              search={{ device: line.device }}
              className={buttonClass("secondary", "sm")}
            >
              {t.data.detail.sameDevice}
            </Link>
          )}
          {line.tags.map((tag) => (
            <Link
              key={tag}
              to="/p/$project/logs"
              params={{ project }}
              search={{ tag }}
              className={buttonClass("secondary", "sm")}
            >
              {`${t.data.fields.tag}: ${tag}`}
            </Link>
          ))}
        </div>
      </div>
      <section>
        <h3 className="mb-1.5 text-xs font-semibold text-ink-2">{t.data.detail.extra}</h3>
        <Tree value={asJson(line.extra)} />
      </section>
      <section>
        <h3 className="mb-1.5 text-xs font-semibold text-ink-2">{t.data.detail.all}</h3>
        <FieldList fields={fields} />
      </section>
    </div>
  );
}
