import { LineChart } from 'echarts/charts';
import { GridComponent, MarkPointComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

/** Only what our charts need; loaded when the first chart is shown. */
use([LineChart, GridComponent, TooltipComponent, MarkPointComponent, LabelLayout, SVGRenderer]);

export { init };
