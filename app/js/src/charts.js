// The chart library as the dashboard uses it: only the parts that are drawn, behind six small functions.
// Options are data (built and tested in Rust). Functions are attached here and never made from text, so the
// page runs under a policy without `unsafe-eval`.
import { use, init } from 'echarts/core';
import { BarChart, HeatmapChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, VisualMapContinuousComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

use([
  BarChart, CanvasRenderer, GridComponent, HeatmapChart, LineChart, SankeyChart, TooltipComponent,
  VisualMapContinuousComponent,
]);

const asList = (v) => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

// Charts that wait to be drawn, and the elements outside the window: what is seen is drawn at once, the rest right after
// the frame, so that an answer to a click is on the screen as soon as can be.
const waiting = new Map();
const outside = new WeakSet();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) isIntersecting ? outside.delete(target) : outside.add(target);
  flushWhere((chart) => !outside.has(chart.getDom()));
}, { rootMargin: '100px' });
let timer = 0;

function flushWhere(wanted) {
  for (const chart of [...waiting.keys()]) if (wanted(chart)) flush(chart);
}

function flush(chart) {
  const option = waiting.get(chart);
  if (!waiting.delete(chart) || chart.isDisposed()) return;
  chart.setOption(option, { notMerge: true, lazyUpdate: false });
}

// After the frame, one chart per turn, so that the page stays responsive in between.
function flushRest(delay) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const [next] = waiting.keys();
    if (next) flush(next);
    if (waiting.size > 0) flushRest(0);
  }, delay);
}
addEventListener('beforeprint', () => flushWhere(() => true));

/** A chart in `element`. `hover(index, x, y)` is told the data index under the pointer, or -1 when it leaves;
 *  `click(series, index, x, y)` what was pressed, `series` being empty where no element is;
 *  `axisText(unit, value)` writes the labels of value axes. */
export function create(element, hover, click, axisText) {
  const chart = init(element, null, { renderer: 'canvas' });
  const zr = chart.getZr();
  let last = null;
  zr.on('mousemove', (e) => { last = e; });
  zr.on('globalout', () => hover(-1, 0, 0));
  chart.on('updateAxisPointer', (e) => {
    const at = asList(e.axesInfo)[0];
    if (at && last) hover(at.value, last.offsetX, last.offsetY);
  });
  // Without an axis to point at, the element under the pointer says which tooltip is its.
  for (const seriesType of ['heatmap', 'sankey']) {
    chart.on('mousemove', { seriesType }, (e) => hover(e.data?.tip ?? e.dataIndex, e.event.offsetX, e.event.offsetY));
    chart.on('mouseout', { seriesType }, () => hover(-1, 0, 0));
  }
  watcher.observe(element);
  chart.tidemarkAxisText = axisText;
  // A press anywhere over a bucket counts as one on it, so that thin lines can be hit; one on a drawn element, which the
  // library tells before, says its series too.
  let hit = null;
  chart.on('click', (e) => { hit = e; });
  zr.on('click', (e) => {
    const { seriesName, dataIndex } = hit ?? {};
    hit = null;
    if (dataIndex !== undefined) click(seriesName ?? '', dataIndex, e.offsetX, e.offsetY);
    else if (chart.containPixel({ gridIndex: 0 }, [e.offsetX, e.offsetY])) {
      click('', Math.round(chart.convertFromPixel({ gridIndex: 0 }, [e.offsetX, e.offsetY])[0]), e.offsetX, e.offsetY);
    }
  });
  return chart;
}

/** Replaces the whole option (nothing of the old one stays), at once if the chart is in view. `cells` are the ready-made texts of a heatmap's cells by data index. */
export function draw(chart, json, cells) {
  const option = JSON.parse(json);
  for (const axis of [...asList(option.xAxis), ...asList(option.yAxis)]) {
    // The axis carries its unit in `id` as "unit:<name>"; the text comes from the one formatter.
    const unit = /^unit:(.+)$/.exec(axis.id ?? '')?.[1];
    if (unit) axis.axisLabel = { ...axis.axisLabel, formatter: (v) => chart.tidemarkAxisText(unit, v) };
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
  waiting.set(chart, option);
  if (outside.has(chart.getDom())) flushRest(32); else flush(chart);
}

/** Moves the pointer line to a data index without a mouse (keyboard). */
export function point(chart, index) {
  flush(chart);
  chart.dispatchAction(index < 0 ? { type: 'hideTip' } : { type: 'showTip', seriesIndex: 0, dataIndex: index });
}

/** Fits the chart to its element; costs a whole drawing, so only if the size is another. */
export function resize(chart) {
  flush(chart);
  const { clientWidth, clientHeight } = chart.getDom();
  if (clientWidth !== chart.getWidth() || clientHeight !== chart.getHeight()) chart.resize();
}

export function dispose(chart) {
  waiting.delete(chart);
  if (chart.isDisposed()) return;
  watcher.unobserve(chart.getDom());
  chart.dispose();
}

/** The picture as a PNG data URL, twice the size on screen, on `background`. */
export function png(chart, background) {
  flush(chart);
  return chart.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: background });
}
