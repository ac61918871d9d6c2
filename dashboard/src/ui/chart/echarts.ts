/** The parts of ECharts that are used, loaded only when a chart is about to show. */
import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

register([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

export { init };
