import type { Level } from "../../api/types";
import { Badge } from "../../ui/Badge";
import { LEVEL_TONES } from "./model";

/** Levels keep their names in every language: they are what people grep for. */
export function LevelBadge({ level }: { level: Level }) {
  return (
    <Badge tone={LEVEL_TONES[level] ?? "neutral"} className="font-mono !text-[10.5px]">
      {level}
    </Badge>
  );
}
