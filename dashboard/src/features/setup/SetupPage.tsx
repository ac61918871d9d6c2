import { useParams } from "@tanstack/react-router";
import { useI18n } from "../../i18n";
import { Card, PageHeader } from "../../ui/Card";
import { SetupPanel } from "./SetupPanel";

export function SetupPage() {
  const { t } = useI18n();
  const { project } = useParams({ from: "/app/p/$project/setup" });
  return (
    <>
      <PageHeader title={t.setup.title} lead={t.setup.lead} />
      <Card>
        <SetupPanel project={project} />
      </Card>
    </>
  );
}
