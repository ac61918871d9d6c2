import { TriangleAlert } from "lucide-react";
import type { Key } from "../../api/types";
import { useI18n } from "../../i18n";
import { CodeBlock } from "../../ui/Copy";
import { ReadOnce } from "../../ui/ReadOnce";

/** The one moment in which a new key can be read. */
export function ShowSecret({ made, onClose }: { made: Key; onClose: () => void }) {
  const { t } = useI18n();
  const once = made.kind !== "public";
  return (
    <ReadOnce
      title={once ? t.manage.keys.onceTitle : made.name}
      label={t.manage.keys.onceTitle}
      onClose={onClose}
    >
      {once && (
        <p className="flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-[13px] text-warn">
          <TriangleAlert size={16} className="mt-0.5 shrink-0" />
          {t.manage.keys.onceHint}
        </p>
      )}
      {made.keyId && <Value label={t.manage.keys.keyId} text={made.keyId} />}
      <Value
        label={once ? t.manage.keys.secret : t.manage.keys.value}
        text={made.secret ?? made.display}
      />
    </ReadOnce>
  );
}

function Value({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-xs text-ink-3">{label}</p>
      <CodeBlock code={text} wrap />
    </div>
  );
}
