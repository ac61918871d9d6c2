import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { CircleUser, LogOut } from "lucide-react";
import { api } from "../api/client";
import { setCsrfToken } from "../api/session";
import { useI18n } from "../i18n";
import { Menu, menuItemClass } from "../ui/Menu";
import { useToast } from "../ui/Toast";
import { errorText } from "../ui/states";
import { LanguageTabs, ThemeTabs } from "./Preferences";
import { useMe } from "./useMe";

export function UserMenu() {
  const { t } = useI18n();
  const operator = useMe();
  return (
    <div className="min-w-0 grow">
      <Menu
        about={t.nav.account}
        triggerClass="flex w-full items-center gap-2.5 rounded-lg p-1.5 text-left hover:bg-sunken"
        placement="bottom-full left-0 mb-1.5 w-64"
        trigger={
          <>
            <span
              aria-hidden
              className="flex size-7 shrink-0 items-center justify-center rounded-full bg-sunken text-xs font-semibold text-ink-2"
            >
              {[...operator.username][0]?.toUpperCase()}
            </span>
            <span className="min-w-0">
              <span className="block truncate text-[13px] leading-4 font-medium">
                {operator.username}
              </span>
              <span className="block truncate text-[11.5px] leading-4 text-ink-3">
                {t.access.roles[operator.role]}
              </span>
            </span>
          </>
        }
      >
        {(close) => <Choices onDone={close} />}
      </Menu>
    </div>
  );
}

function Choices({ onDone }: { onDone: () => void }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();

  async function signOut() {
    try {
      await api.post("/api/auth/logout");
    } catch (error) {
      toast(errorText(error, t), "bad");
      return;
    }
    setCsrfToken(null);
    await navigate({ to: "/login" });
    client.clear();
  }

  return (
    <div>
      <div className="flex flex-col gap-2 px-2.5 py-2">
        <ThemeTabs />
        <LanguageTabs />
      </div>
      <div className="border-t border-line pt-1">
        <Link to="/account" data-item onClick={onDone} className={menuItemClass}>
          <CircleUser size={15} />
          {t.nav.account}
        </Link>
        <button type="button" data-item onClick={() => void signOut()} className={menuItemClass}>
          <LogOut size={15} />
          {t.nav.signOut}
        </button>
      </div>
    </div>
  );
}
