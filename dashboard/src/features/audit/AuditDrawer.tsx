import type { AuditEntry } from "../../api/types";
import { useI18n } from "../../i18n";
import { Drawer } from "../../ui/Drawer";
import { FieldList } from "../../ui/FieldList";
import { Tree } from "../../ui/Tree";
import { asJson } from "../events/fields";

export function AuditDrawer({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const { t } = useI18n();
  const { before, after, ...facts } = entry;
  const fields = Object.entries(facts).filter(([, value]) => value !== null && value !== "");
  return (
    <Drawer title={entry.action} label={entry.action} onClose={onClose}>
      <div className="flex flex-col gap-6 px-5 py-5">
        <FieldList fields={fields} />
        <section>
          <h3 className="mb-1.5 text-xs font-semibold text-ink-2">{t.manage.audit.before}</h3>
          <Tree value={asJson(before)} />
        </section>
        <section>
          <h3 className="mb-1.5 text-xs font-semibold text-ink-2">{t.manage.audit.after}</h3>
          <Tree value={asJson(after)} />
        </section>
      </div>
    </Drawer>
  );
}
