import { LanguageTabs, ThemeTabs } from "../../app/Preferences";
import { useMe } from "../../app/useMe";
import { useI18n } from "../../i18n";
import { Badge } from "../../ui/Badge";
import { Card, PageHeader } from "../../ui/Card";
import { PasswordForm } from "../auth/PasswordForm";

export function AccountPage() {
  const { t } = useI18n();
  const operator = useMe();
  return (
    <>
      <PageHeader title={t.access.accountTitle} lead={t.access.accountLead} />
      <div className="grid max-w-4xl items-start gap-5 md:grid-cols-2">
        <Card title={t.access.change}>
          <PasswordForm />
        </Card>
        <div className="flex flex-col gap-5">
          <Card title={t.access.signedInAs}>
            <p className="flex items-center gap-2 text-[15px] font-semibold">
              {operator.username}
              <Badge tone="accent">{t.access.roles[operator.role]}</Badge>
            </p>
            <p className="mt-1 text-[13px] text-ink-3">{t.access.roleHints[operator.role]}</p>
          </Card>
          <Card title={t.access.preferences} lead={t.access.preferencesHint}>
            <div className="flex flex-col gap-3">
              <ThemeTabs />
              <LanguageTabs />
            </div>
          </Card>
        </div>
      </div>
    </>
  );
}
