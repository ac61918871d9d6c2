import type { ReactNode } from "react";
import { useI18n } from "../../i18n";
import { ChoiceField, ListField, NumberField, SwitchField } from "./form";
import { KillSwitch } from "./KillSwitch";
import type { Tab } from "./search";

export function Section({ tab }: { tab: Tab }) {
  switch (tab) {
    case "general":
      return <General />;
    case "access":
      return <Access />;
    case "realtime":
      return <Realtime />;
    case "limits":
      return <Limits />;
    case "sampling":
      return <Sampling />;
    case "privacy":
      return <Privacy />;
    case "retention":
      return <Retention />;
  }
}

function Columns({ children }: { children: ReactNode }) {
  return <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">{children}</div>;
}

function Stack({ children }: { children: ReactNode }) {
  return <div className="flex max-w-2xl flex-col gap-5">{children}</div>;
}

function General() {
  const { t } = useI18n();
  return (
    <Stack>
      <KillSwitch />
      <ChoiceField path="appKind" options={t.settings.options.appKind} />
      <Columns>
        <NumberField path="sdk.maxBatchSize" />
        <NumberField path="sdk.maxIntervalMs" unit={t.settings.units.ms} />
        <ChoiceField path="vitalsNative" options={t.settings.options.vitals} />
        <ChoiceField path="vitalsWebsee" options={t.settings.options.vitals} />
      </Columns>
    </Stack>
  );
}

function Access() {
  return (
    <Stack>
      <ListField path="access.origins" placeholder="https://shop.example" />
      <SwitchField path="access.allowAnonymous" />
      <SwitchField path="access.allowNoOrigin" />
      <SwitchField path="access.requireSignature" />
    </Stack>
  );
}

function Realtime() {
  const { t } = useI18n();
  const { minutes, seconds } = t.settings.units;
  return (
    <Stack>
      <ListField path="realtime.openChannels" placeholder="channel:news:*" />
      <SwitchField path="realtime.allowAnonymous" />
      <SwitchField path="realtime.allowLongTokens" />
      <Columns>
        <NumberField path="realtime.ticketMinutes" unit={minutes} />
        <NumberField path="realtime.reauthGraceSeconds" unit={seconds} />
        <NumberField path="realtime.perUserConnections" />
      </Columns>
      <ListField path="realtime.claims.userId" />
      <ListField path="realtime.claims.roles" />
    </Stack>
  );
}

function Limits() {
  const { t } = useI18n();
  const { bytes, chars, perMinute, seconds } = t.settings.units;
  return (
    <Columns>
      <NumberField path="limits.requestsPerMinute" unit={perMinute} />
      <NumberField path="limits.burst" />
      <NumberField path="limits.serverRequestsPerMinute" unit={perMinute} />
      <NumberField path="limits.itemsPerDay" />
      <NumberField path="limits.batchItems" />
      <NumberField path="limits.bodyBytes" unit={bytes} />
      <NumberField path="limits.logBodyBytes" unit={bytes} />
      <NumberField path="limits.recordingBodyBytes" unit={bytes} />
      <NumberField path="limits.recordingRawBytes" unit={bytes} />
      <NumberField path="limits.propsBytes" unit={bytes} />
      <NumberField path="limits.fieldChars" unit={chars} />
      <NumberField path="limits.textChars" unit={chars} />
      <NumberField path="devices.offlineAfterSeconds" unit={seconds} />
    </Columns>
  );
}

function Sampling() {
  return (
    <Stack>
      <NumberField path="sampling.rate" step="any" optional />
      <NumberField path="sampling.errorRate" step="any" />
      <NumberField path="sampling.serverRate" step="any" />
    </Stack>
  );
}

function Privacy() {
  const { t } = useI18n();
  return (
    <Stack>
      <ChoiceField path="privacy.optOut" options={t.settings.options.optOut} />
      <ChoiceField path="privacy.userId" options={t.settings.options.userId} />
      <ListField path="privacy.keepQuery" placeholder="utm_source" />
      <ListField path="privacy.disabledFields" />
      <ListField path="privacy.allowedFields" />
      <ListField path="privacy.allowedEvents" />
      <ListField path="privacy.secretKeys" />
      <SwitchField path="privacy.keepBodies" />
      <SwitchField path="privacy.maskRecordings" />
    </Stack>
  );
}

function Retention() {
  const { t } = useI18n();
  const { days } = t.settings.units;
  return (
    <Columns>
      <NumberField path="retention.eventsDays" unit={days} />
      <NumberField path="retention.errorsDays" unit={days} />
      <NumberField path="retention.logsDays" unit={days} />
      <NumberField path="retention.recordingsDays" unit={days} />
      <NumberField path="retention.ledgerDays" unit={days} />
    </Columns>
  );
}
