import { useState, type InputHTMLAttributes } from "react";
import { Eye, EyeOff } from "lucide-react";
import { useI18n } from "../../i18n";
import { IconButton } from "../../ui/Button";
import { Input } from "../../ui/Input";

export function PasswordInput(props: InputHTMLAttributes<HTMLInputElement>) {
  const { t } = useI18n();
  const [shown, setShown] = useState(false);
  return (
    <span className="relative">
      <Input {...props} type={shown ? "text" : "password"} className="pr-9" />
      <IconButton
        label={shown ? t.access.hide : t.access.show}
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
        className="absolute top-px right-px"
      >
        {shown ? <EyeOff size={15} /> : <Eye size={15} />}
      </IconButton>
    </span>
  );
}
