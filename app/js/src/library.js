// The parts of the chart library that most charts are made of.
import { use, init } from 'echarts/core';
// Each from its own file: a file that lists them all would bring what only rare.js needs here.
import { install as BarChart } from 'echarts/lib/chart/bar/install.js';
import { install as LineChart } from 'echarts/lib/chart/line/install.js';
import { install as AxisPointerComponent } from 'echarts/lib/component/axisPointer/install.js';
import { install as GridComponent } from 'echarts/lib/component/grid/install.js';
import { install as CanvasRenderer } from 'echarts/lib/renderer/installCanvasRenderer.js';

use([AxisPointerComponent, BarChart, CanvasRenderer, GridComponent, LineChart]);

export { init, use };
