import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CloudOff, HardDrive } from "lucide-react";
import { useConnection } from "../api/connection";
import { system } from "../api/queries";
import { useI18n } from "../i18n";
import { Banner } from "../ui/Banner";

/** Also the heartbeat of pages that poll nothing else. */
const HEARTBEAT_MS = 5_000;

export function Banners() {
  return (
    <>
      <ConnectionBanner />
      <PressureBanner />
    </>
  );
}

function ConnectionBanner() {
  const { t } = useI18n();
  const state = useConnection();
  if (state === "online") return null;
  const offline = state === "offline";
  return (
    <Banner tone={offline ? "warn" : "bad"} icon={<CloudOff size={16} />}>
      <strong className="font-semibold">{t.connection[state]}</strong>{" "}
      {offline ? t.connection.offlineHint : t.connection.unreachableHint}
    </Banner>
  );
}

function PressureBanner() {
  const { t, fmt } = useI18n();
  const { data } = useQuery({ ...system, refetchInterval: HEARTBEAT_MS, retry: false });
  if (!data || data.pressure === "none") return null;
  const dropped = data.ingest.dropped ?? 0;
  return (
    <Banner
      tone={data.pressure === "recordings" ? "warn" : "bad"}
      icon={<HardDrive size={16} />}
      action={
        <Link to="/system" className="font-medium underline">
          {t.pressure.look}
        </Link>
      }
    >
      <strong className="font-semibold">{t.pressure[data.pressure]}</strong>{" "}
      {t.pressure.free(fmt.bytes(data.disk.freeBytes), fmt.bytes(data.disk.totalBytes))}
      {dropped > 0 && ` · ${t.pressure.dropped(fmt.number(dropped))}`}
    </Banner>
  );
}
