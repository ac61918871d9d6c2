import { useEffect, useRef } from "react";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useShownTheme } from "../../app/theme";
import { useMedia } from "../../lib/hooks";
import { init } from "./echarts";

interface ChartProps {
  /** For screen readers; a table with the same figures stands beside every chart. */
  label: string;
  option: (token: (name: string) => string) => EChartsCoreOption;
  className?: string;
}

/** One ECharts canvas that follows its box, the theme and its option. Import it lazily. */
export default function Chart({ label, option, className }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);
  const theme = useShownTheme();
  const still = useMedia("(prefers-reduced-motion: reduce)");

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const instance = init(element, undefined, { renderer: "canvas" });
    chart.current = instance;
    const observer = new ResizeObserver(() => instance.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      instance.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const token = (name: string) => style.getPropertyValue(name).trim();
    chart.current?.setOption(
      { animation: !still, animationDuration: 300, ...option(token) },
      { notMerge: false, replaceMerge: ["series"] },
    );
  }, [option, still, theme]);

  return <div ref={box} role="img" aria-label={label} className={className} />;
}
