import { useI18n } from "../i18n";
import { LANGS } from "../i18n/lang";
import { Tabs } from "../ui/Tabs";
import { setTheme, useTheme, type Theme } from "./theme";

const THEMES: Theme[] = ["system", "light", "dark"];

export function ThemeTabs() {
  const { t } = useI18n();
  return (
    <Tabs
      label={t.theme.label}
      value={useTheme()}
      options={THEMES.map((value) => ({ value, label: t.theme[value] }))}
      onChange={setTheme}
    />
  );
}

export function LanguageTabs() {
  const { t, lang, setLang } = useI18n();
  return (
    <Tabs
      label={t.language.label}
      value={lang}
      options={LANGS.map((value) => ({ value, label: t.language[value] }))}
      onChange={setLang}
    />
  );
}
