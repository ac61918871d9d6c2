import type { EChartsCoreOption } from "echarts/core";
import type { Messages } from "../../i18n";
import type { Format } from "../../i18n/format";
import type { Series } from "./perMinute";

interface TooltipItem {
  dataIndex: number;
  seriesName: string;
  value: number;
  color: string;
}

/** The tooltip as elements, never as HTML text: names come from outside, and the policy of the
 * page allows no style attributes in markup. */
function tooltip(items: TooltipItem[], series: Series, fmt: Format, t: Messages): HTMLElement {
  const box = document.createElement("div");
  box.className = "min-w-36 text-xs";
  const index = items[0]?.dataIndex ?? 0;
  const head = box.appendChild(document.createElement("div"));
  head.className = "mb-1 flex justify-between gap-4 font-semibold";
  head.append(fmt.minute(series.minutes[index] ?? 0));
  const total = head.appendChild(document.createElement("span"));
  total.append(fmt.number(series.totals[index] ?? 0));
  total.title = t.data.total;
  for (const item of items.filter((entry) => entry.value > 0).reverse()) {
    const line = box.appendChild(document.createElement("div"));
    line.className = "flex items-center gap-2 leading-5";
    const dot = line.appendChild(document.createElement("span"));
    dot.className = "size-2 rounded-full";
    dot.style.backgroundColor = item.color;
    const name = line.appendChild(document.createElement("span"));
    name.className = "grow text-ink-2";
    name.append(item.seriesName);
    line.appendChild(document.createElement("span")).append(fmt.number(item.value));
  }
  return box;
}

export function kindLabel(kind: string, t: Messages): string {
  return t.data.kinds[kind as keyof typeof t.data.kinds] ?? t.data.other;
}

export function chartOption(series: Series, hidden: ReadonlySet<string>, fmt: Format, t: Messages) {
  return (token: (name: string) => string): EChartsCoreOption => ({
    textStyle: { fontFamily: token("--font-sans") || "Inter Variable, system-ui, sans-serif" },
    grid: { left: 4, right: 4, top: 12, bottom: 0, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow", shadowStyle: { color: token("--ink"), opacity: 0.05 } },
      backgroundColor: token("--raised"),
      borderColor: token("--line"),
      padding: [8, 10],
      textStyle: { color: token("--ink"), fontSize: 12 },
      formatter: (items: TooltipItem[]) => tooltip(items, series, fmt, t),
    },
    xAxis: {
      type: "category",
      data: series.minutes.map((minute) => fmt.minute(minute)),
      axisLine: { lineStyle: { color: token("--line-strong") } },
      axisTick: { show: false },
      axisLabel: { color: token("--ink-3"), fontSize: 11, interval: 9, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: token("--line") } },
      axisLabel: {
        color: token("--ink-3"),
        fontSize: 11,
        formatter: (value: number) => fmt.compact(value),
      },
    },
    series: series.kinds
      .filter(({ kind }) => !hidden.has(kind))
      .map(({ kind, counts }) => ({
        id: kind,
        name: kindLabel(kind, t),
        type: "bar",
        stack: "kinds",
        data: counts,
        barCategoryGap: "28%",
        itemStyle: { color: token(`--c-${kind}`) || token("--c-other") },
        emphasis: { disabled: true },
      })),
  });
}
