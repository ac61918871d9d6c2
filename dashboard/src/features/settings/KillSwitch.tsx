import { use, useState } from "react";
import { useI18n } from "../../i18n";
import { cx } from "../../lib/cx";
import { Confirm } from "../../ui/Confirm";
import { Switch } from "../../ui/Switch";
import { FormContext } from "./form";
import { write } from "./paths";

/** Turning ingest off asks first; it takes effect with saving, like everything else here. */
export function KillSwitch() {
  const { t } = useI18n();
  const form = use(FormContext);
  const [asking, setAsking] = useState(false);
  if (!form) return null;
  const on = form.draft.enabled;
  const set = (enabled: boolean) => form.setDraft(write(form.draft, "enabled", enabled));
  return (
    <div
      className={cx(
        "rounded-lg border px-4 py-3",
        on ? "border-line bg-sunken/50" : "border-bad bg-bad-soft",
      )}
    >
      <Switch
        label={t.settings.fields.enabled}
        hint={on ? t.settings.killOn : t.settings.killOff}
        disabled={form.readOnly}
        checked={on}
        onChange={(next) => (next ? set(true) : setAsking(true))}
      />
      {asking && (
        <Confirm
          title={t.settings.killConfirmTitle}
          confirm={t.settings.stop}
          danger
          onConfirm={() => {
            set(false);
            setAsking(false);
          }}
          onClose={() => setAsking(false)}
        >
          <p>{t.settings.killConfirm}</p>
        </Confirm>
      )}
    </div>
  );
}
