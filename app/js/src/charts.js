// The chart library as the dashboard uses it: only the parts that are drawn, behind six small functions.
// Options are data (built and tested in Rust). Functions are attached here and never made from text, so the
// page runs under a policy without `unsafe-eval`.
import { use, init } from 'echarts/core';
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent, VisualMapContinuousComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

use([
  BarChart, CanvasRenderer, GridComponent, HeatmapChart, LineChart, MarkLineComponent, TooltipComponent,
  VisualMapContinuousComponent,
]);

const asList = (v) => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

/** A chart in `element`. `hover(index, x, y)` is told the data index under the pointer, or -1 when it leaves. */
export function create(element, hover, click) {
  const chart = init(element, null, { renderer: 'canvas' });
  const zr = chart.getZr();
  let last = null;
  zr.on('mousemove', (e) => { last = e; });
  zr.on('globalout', () => hover(-1, 0, 0));
  chart.on('updateAxisPointer', (e) => {
    const at = asList(e.axesInfo)[0];
    if (at && last) hover(at.value, last.offsetX, last.offsetY);
  });
  chart.on('mousemove', { seriesType: 'heatmap' }, (e) => hover(e.dataIndex, e.event.offsetX, e.event.offsetY));
  chart.on('mouseout', { seriesType: 'heatmap' }, () => hover(-1, 0, 0));
  chart.on('click', (e) => click(e.seriesIndex, e.dataIndex));
  return chart;
}

/** Replaces the whole option (nothing of the old one stays). `axisText(unit, value)` writes value-axis labels;
 *  `cells` are the ready-made texts of a heatmap's cells by data index. */
export function draw(chart, json, axisText, cells) {
  const option = JSON.parse(json);
  for (const axis of [...asList(option.xAxis), ...asList(option.yAxis)]) {
    // The axis carries its unit in `id` as "unit:<name>"; the text comes from the one formatter.
    const unit = /^unit:(.+)$/.exec(axis.id ?? '')?.[1];
    if (unit) axis.axisLabel = { ...axis.axisLabel, formatter: (v) => axisText(unit, v) };
  }
  if (cells.length > 0) {
    for (const series of asList(option.series)) {
      if (series.type === 'heatmap') series.label = { ...series.label, formatter: (p) => cells[p.dataIndex] ?? '' };
    }
  }
  // The tooltip's box is drawn by the app as text nodes; the library only tracks the pointer.
  option.tooltip = { ...option.tooltip, renderMode: 'richText', showContent: false };
  option.grid = asList(option.grid).map((grid) => ({ ...grid, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }));
  option.animation = false;
  chart.setOption(option, { notMerge: true, lazyUpdate: false });
}

/** Moves the pointer line to a data index without a mouse (keyboard). */
export function point(chart, index) {
  chart.dispatchAction(index < 0 ? { type: 'hideTip' } : { type: 'showTip', seriesIndex: 0, dataIndex: index });
}

export function resize(chart) { chart.resize(); }

export function dispose(chart) { if (!chart.isDisposed()) chart.dispose(); }

/** The picture as a PNG data URL, twice the size on screen, on `background`. */
export function png(chart, background) {
  return chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background });
}
