import { useI18n } from "../../i18n";
import { AuthLayout } from "./AuthLayout";
import { PasswordForm } from "./PasswordForm";

/** Stands before everything else until a one-time password is replaced. */
export function ChangePasswordGate() {
  const { t } = useI18n();
  return (
    <AuthLayout title={t.access.mustChangeTitle} lead={t.access.mustChangeLead}>
      <PasswordForm />
    </AuthLayout>
  );
}
