// Parts of the chart library that only some charts are made of: heat maps and flows.
import { install as HeatmapChart } from 'echarts/lib/chart/heatmap/install.js';
import { install as SankeyChart } from 'echarts/lib/chart/sankey/install.js';
import { install as VisualMapContinuousComponent } from 'echarts/lib/component/visualMap/installVisualMapContinuous.js';

export const parts = [HeatmapChart, SankeyChart, VisualMapContinuousComponent];
