// The chart library as the dashboard uses it: behind a few small functions, loaded when there is something to draw.
// Options are data (built and tested in Rust). Functions are attached here and never made from text, so the
// page runs under a policy without `unsafe-eval`.

const asList = (v) => (v === undefined ? [] : Array.isArray(v) ? v : [v]);

/** A part of the library, which is loaded when it is first needed, and again when it is needed after a failure. */
class Part {
  here;
  #coming;

  constructor(load) {
    this.load = load;
  }

  get coming() {
    return this.#coming !== undefined;
  }

  /** Loads it, then draws what waits for it. */
  fetch() {
    this.#coming ??= this.load().then((here) => {
      this.here = here;
    }, (error) => {
      console.error('charts are missing: a part of their library did not load', error);
      resolveFirst();
    }).then(() => {
      this.#coming = undefined;
      if (this.here) flushSeen();
    });
  }
}

const library = new Part(() => import('./library.js'));
// The library's instances know what there was when they were made, so one is made when its chart is drawn first.
const RARE = new Set(['heatmap', 'sankey']);
const rare = new Part(async () => {
  const { parts } = await import('./rare.js');
  library.here.use(parts);
  return parts;
});

/** The part without which an option cannot be drawn yet. */
function lacking(option) {
  if (!library.here) return library;
  return !rare.here && asList(option?.series).some(({ type }) => RARE.has(type)) ? rare : undefined;
}

/** Loads what most charts need before the first of them is there: the page lists the files, so that none waits to be heard of. */
export function prepare() {
  for (const link of document.querySelectorAll('link[rel=later]')) link.rel = 'modulepreload';
  library.fetch();
}

// Charts that wait to be drawn, with their options (none if only their size is another), and the elements outside the window:
// what is seen is drawn at once, the rest right after the frame, so that an answer to a click is on the screen as soon as can be.
// A chart that was never drawn takes much longer: of these one is drawn at once, and the others follow it.
const waiting = new Map();
const outside = new WeakSet();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) isIntersecting ? outside.delete(target) : outside.add(target);
  flushSeen();
}, { rootMargin: '100px' });
let timer = 0;
let first = true;
let resolveFirst;
const firstPainted = new Promise((resolve) => { resolveFirst = resolve; });

/** Whether a chart waits to be the first. */
export const awaitsFirst = () => first && waiting.size > 0;

/** Is kept when the first chart is on the screen, or cannot be. */
export const firstChart = () => firstPainted;

function flushSeen() {
  for (const chart of [...waiting.keys()]) {
    if (outside.has(chart.element) && !paper.matches) continue;
    if (chart.drawn || first) flush(chart);
  }
  flushRest(32);
}

function flushAll() {
  for (const chart of [...waiting.keys()]) flush(chart);
}

/** Draws a chart if it waits for that and can be. */
function flush(chart) {
  if (!waiting.has(chart)) return;
  const option = waiting.get(chart);
  const part = lacking(option);
  if (part) {
    part.fetch();
    return;
  }
  waiting.delete(chart);
  if (first) noteFirst();
  chart.drawn ??= open(chart);
  // Fitting it draws it, so what is new is then only noted.
  if (option) chart.drawn.setOption(option, { notMerge: true, lazyUpdate: chart.misfit });
  if (chart.misfit) chart.drawn.resize();
  chart.misfit = false;
}

/** The first chart is drawn now. What waits for that goes on even where it fails, or nothing is painted, as in a hidden window. */
function noteFirst() {
  first = false;
  requestAnimationFrame(() => setTimeout(() => {
    performance.mark('tidemark:first-chart');
    resolveFirst();
  }));
  setTimeout(resolveFirst, 500);
}

// After the frame, one chart per turn, so that the page stays responsive in between.
function flushRest(delay) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const ready = [...waiting.keys()].filter((chart) => !lacking(waiting.get(chart))?.coming);
    const next = ready.find((chart) => !outside.has(chart.element)) ?? ready[0];
    if (!next) return;
    flush(next);
    flushRest(0);
  }, delay);
}

// Paper has another width and its own colours: all charts are drawn for it at once, and again for the screen afterwards.
const alive = new Set();
const paper = matchMedia('print');
paper.addEventListener('change', fitAll);
addEventListener('beforeprint', flushAll);
function fitAll() {
  flushAll();
  for (const chart of alive) resize(chart);
}

/** A chart in `element`. `hover(index, x, y)` receives the data index under the pointer, or -1 when it leaves;
 *  `click(series, index, x, y)` what was pressed, `series` being empty where no element is;
 *  `axisText(unit, value)` writes the labels of value axes. */
export function create(element, hover, click, axisText) {
  const chart = { element, hover, click, axisText, misfit: false };
  watcher.observe(element);
  alive.add(chart);
  return chart;
}

/** The library's instance for a chart. */
function open(chart) {
  const drawn = library.here.init(chart.element, null, { renderer: 'canvas' });
  const zr = drawn.getZr();
  let last = null;
  zr.on('mousemove', (e) => { last = e; });
  zr.on('globalout', () => chart.hover(-1, 0, 0));
  drawn.on('updateAxisPointer', (e) => {
    const at = asList(e.axesInfo)[0];
    if (at && last) chart.hover(at.value, last.offsetX, last.offsetY);
  });
  // Without an axis to point at, the element under the pointer says which tooltip is its.
  for (const seriesType of RARE) {
    drawn.on('mousemove', { seriesType }, (e) => chart.hover(e.data?.tip ?? e.dataIndex, e.event.offsetX, e.event.offsetY));
    drawn.on('mouseout', { seriesType }, () => chart.hover(-1, 0, 0));
  }
  // A press anywhere over a bucket counts as one on it, so that thin lines can be hit; one on a drawn element, of which the
  // library reports right after, includes its series too.
  let hit = null;
  drawn.on('click', (e) => { hit = e; });
  zr.on('click', ({ offsetX, offsetY }) => queueMicrotask(() => {
    const { seriesName, dataIndex } = hit ?? {};
    hit = null;
    if (dataIndex !== undefined) chart.click(seriesName ?? '', dataIndex, offsetX, offsetY);
    else {
      const at = drawn.containPixel({ gridIndex: 0 }, [offsetX, offsetY]) ? indexAt(chart, offsetX, offsetY) : -1;
      if (at >= 0) chart.click(seriesName ?? '', at, offsetX, offsetY);
    }
  }));
  return drawn;
}

/** Replaces the whole option (nothing of the old one stays), at once if the chart is in view. `cells` are the
 *  ready-made texts of cells or beside bars by data index, `marks` the data indices at which something is noted. */
export function draw(chart, json, cells, marks) {
  const option = JSON.parse(json);
  for (const axis of [...asList(option.xAxis), ...asList(option.yAxis)]) {
    // The axis carries its unit in `id` as "unit:<name>"; the text comes from the one formatter.
    const unit = /^unit:(.+)$/.exec(axis.id ?? '')?.[1];
    if (unit) axis.axisLabel = { ...axis.axisLabel, formatter: (v) => chart.axisText(unit, v) };
  }
  if (cells.length > 0) {
    for (const series of asList(option.series)) {
      // Beside a bar the text is on the side to which the bar points.
      const place = series.type === 'bar' ? { position: 'outside' } : {};
      if (series.label?.show) series.label = { ...series.label, ...place, formatter: (p) => cells[p.dataIndex] ?? '' };
    }
  }
  if (marks.length > 0) option.xAxis = [...asList(option.xAxis), markAxis(asList(option.xAxis)[0], new Set(marks))];
  // Lines report clicks between their points too.
  for (const series of asList(option.series)) if (series.type === 'line') series.triggerLineEvent = true;
  // The tooltip's box is drawn by the app as text nodes; the library only tracks the pointer, which needs no tooltip of its.
  const { trigger, axisPointer } = option.tooltip ?? {};
  delete option.tooltip;
  for (const axis of [...asList(option.xAxis), ...asList(option.yAxis)]) {
    if (trigger === 'axis' && axis.type === 'category') axis.axisPointer ??= { ...axisPointer, show: true, label: { show: false } };
  }
  option.grid = asList(option.grid).map((grid) => ({ ...grid, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' }));
  option.animation = false;
  waiting.set(chart, option);
  flushSeen();
}

// A second axis on top that shows nothing but the marks, each with a line down through the chart.
function markAxis(axis, marked) {
  const marks = (at) => marked.has(at);
  const { color } = axis.axisLabel ?? {};
  return {
    type: 'category', position: 'top', data: axis.data, boundaryGap: axis.boundaryGap, axisLine: { show: false }, axisTick: { show: false },
    axisPointer: { show: false }, axisLabel: { interval: marks, formatter: '◆', color, fontSize: 10, margin: 2 },
    // The lines at both ends do not ask the interval.
    splitLine: {
      show: true, alignWithLabel: true, interval: marks, showMinLine: marks(0), showMaxLine: marks(axis.data.length - 1),
      lineStyle: { color, type: 'dashed', opacity: 0.6 },
    },
  };
}

/** Moves the pointer line to a data index without a mouse (keyboard). */
export function point(chart, index) {
  flush(chart);
  const at = index < 0 ? { currTrigger: 'leave' } : { seriesIndex: 0, dataIndex: index };
  chart.drawn?.dispatchAction({ type: 'updateAxisPointer', ...at });
}

/** The data index nearest to `x` pixels from the left (or, where they run down, `y` from the top), or -1 where the chart
 *  has no grid, or cells in it, which have indices of their own and gaps. */
export function indexAt(chart, x, y) {
  flush(chart);
  const { drawn } = chart;
  if (!drawn) return -1;
  const { series, xAxis, yAxis } = drawn.getOption();
  if (asList(series)[0]?.type === 'heatmap') return -1;
  const down = asList(xAxis)[0]?.type === 'value';
  const last = (asList(down ? yAxis : xAxis)[0]?.data?.length ?? 0) - 1;
  if (last < 0) return -1;
  const at = down ? drawn.convertFromPixel({ yAxisIndex: 0 }, y) : drawn.convertFromPixel({ xAxisIndex: 0 }, x);
  return Math.min(Math.max(Math.round(at), 0), last);
}

/** Fits the chart to its element; costs a whole drawing, so only if the size is another. */
export function resize(chart) {
  const { drawn, element: { clientWidth, clientHeight } } = chart;
  // It is made as large as its element.
  if (!drawn || (clientWidth === drawn.getWidth() && clientHeight === drawn.getHeight())) return;
  chart.misfit = true;
  if (!waiting.has(chart)) waiting.set(chart, undefined);
  flushSeen();
}

export function dispose(chart) {
  waiting.delete(chart);
  alive.delete(chart);
  watcher.unobserve(chart.element);
  chart.drawn?.dispose();
}

/** The chart as a PNG data URL, twice the size on screen, with the words that make it readable elsewhere:
 *  `{title, lines, legend: [{name, color, dashed}], background, ink, muted, font}`. */
export function png(chart, json) {
  flush(chart);
  const { title, lines, legend, background, ink, muted, font } = JSON.parse(json);
  const [scale, pad, line] = [2, 16, 18];
  const { drawn, element: { clientWidth: width, clientHeight: height } } = chart;
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  const write = (text, x, y, color, weight = 400, size = 12) => {
    pen.font = `${weight} ${size}px ${font}`;
    pen.fillStyle = color;
    pen.fillText(text, x, y, width);
  };
  // Legend items wrap; how high they become is known only once measured.
  pen.font = `400 12px ${font}`;
  let [x, row] = [0, 0];
  const places = legend.map(({ name }) => {
    const needed = pen.measureText(name).width + 32;
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1];
    const place = { x, row };
    x += needed;
    return place;
  });
  const head = pad + 22 + lines.length * line + (legend.length > 0 ? (row + 1) * line + 6 : 0) + 6;
  canvas.width = (width + 2 * pad) * scale;
  canvas.height = (head + height + pad) * scale;
  pen.scale(scale, scale);
  pen.fillStyle = background;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  write(title, pad, pad + 14, ink, 600, 15);
  lines.forEach((text, at) => write(text, pad, pad + 22 + (at + 0.7) * line, muted));
  legend.forEach(({ name, color, dashed }, at) => {
    const y = pad + 22 + lines.length * line + (places[at].row + 0.5) * line + 4;
    pen.fillStyle = color;
    for (const [from, length] of dashed ? [[0, 4], [7, 4]] : [[0, 10]]) pen.fillRect(pad + places[at].x + from, y - (dashed ? 1 : 5), length, dashed ? 2 : 10);
    write(name, pad + places[at].x + 16, y + 4, ink);
  });
  if (drawn) pen.drawImage(drawn.renderToCanvas({ pixelRatio: scale, backgroundColor: background }), pad, head, width, height);
  return canvas.toDataURL('image/png');
}
