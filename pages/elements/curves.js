// Scores of 0–10 over time as SVG, a chart a measure: what changed in the plan as vertical marks, side effects under the axis,
// a gap where nothing is known. Drawn at the size it has, so that its words keep theirs. Time runs from left to right in every
// language. The same is there as a table and, for screen readers, as a sentence. Texts are escaped by Vue.
import { announce } from "/static/announce.js";

const HEIGHT = 210, LEFT = 30, RIGHT = 16, TOP = 44, BOTTOM = 46;
const FLAG = 22, ROWS = 2; // marks that stand close together have their flags in two rows
const SIGNS = { start: "▶", dose: "◆", stop: "■" };

export default {
  template: `
    <section class="vv-section" :aria-label="title">
      <h2 class="vv-title vv-h2">{{ title }}</h2>
      <div class="vv-courses">
      <div v-if="!charts.length" class="vv-empty"><p>{{ empty }}</p></div>
      <figure v-for="chart in charts" :key="chart.key" class="vv-card vv-course" :class="fresh[chart.key] ? 'vv-flash' : ''" :data-testid="'course-' + chart.key">
        <figcaption><span class="vv-strong" dir="auto">{{ chart.title }}</span> <span class="vv-soft vv-small" dir="auto">{{ chart.subtitle }}</span></figcaption>
        <div class="vv-course__plot" dir="ltr">
          <svg v-if="width" :width="width" :height="height" role="img" :aria-label="chart.summary">
            <g class="vv-course__grid"><template v-for="(text, at) in labels.scale" :key="at">
              <line :x1="left" :x2="width - right" :y1="y(at * 5)" :y2="y(at * 5)"></line><text :x="left - 8" :y="y(at * 5) + 4" text-anchor="end">{{ text }}</text>
            </template></g>
            <g v-for="(mark, at) in flags(chart)" :key="'m' + at" class="vv-course__mark" :class="'vv-course__mark--' + mark.kind">
              <title>{{ mark.text }}</title>
              <line :x1="mark.x" :x2="mark.x" :y1="mark.y + 9" :y2="y(0)"></line><rect :x="mark.x - 13" :y="mark.y - 9" width="26" height="18" rx="9"></rect>
              <text :x="mark.x" :y="mark.y + 4" text-anchor="middle">{{ mark.number }}</text>
            </g>
            <path v-for="(d, at) in lines(chart)" :key="'l' + at" class="vv-course__line" :d="d"></path>
            <circle v-for="(point, at) in chart.points" :key="'p' + at" :class="point.start ? 'vv-course__start' : 'vv-course__point'" :cx="x(chart, point.at)" :cy="y(point.score)" r="4.5"><title>{{ point.text }}</title></circle>
            <path v-for="(one, at) in chart.effects" :key="'e' + at" class="vv-course__effect" :class="one.serious ? 'vv-course__effect--serious' : ''" :d="triangle(x(chart, one.at))"><title>{{ one.text }}</title></path>
            <text v-for="(tick, at) in ticks(chart)" :key="'t' + at" class="vv-course__tick" :x="tick.x" :y="height - 8" :text-anchor="tick.anchor">\u2068{{ tick.text }}\u2069</text>
          </svg>
        </div>
        <ol v-if="chart.marks.length || chart.effects.length" class="vv-course__legend vv-small">
          <li v-for="mark in chart.marks" :key="mark.number"><span class="vv-course__key" :class="'vv-course__mark--' + mark.kind" aria-hidden="true">{{ mark.number }} {{ signs[mark.kind] }}</span> <span dir="auto">{{ mark.text }}</span></li>
          <li v-if="chart.effects.length"><span class="vv-course__key vv-course__effect" aria-hidden="true">▲</span> <span>{{ labels.effects_below }}</span></li>
        </ol>
        <details class="vv-course__table"><summary>{{ labels.table }}</summary>
          <div class="vv-scroll" tabindex="0" role="group" :aria-label="chart.title"><table class="vv-table"><thead><tr><th scope="col">{{ labels.when }}</th><th scope="col">{{ labels.score }}</th><th scope="col">{{ labels.plan }}</th><th scope="col">{{ labels.effects }}</th></tr></thead>
            <tbody><tr v-for="(row, at) in chart.rows" :key="at"><th scope="row">{{ row.when }}</th><td>{{ row.score }}</td><td dir="auto">{{ row.plan }}</td><td dir="auto">{{ row.effects }}</td></tr></tbody></table></div>
        </details>
      </figure>
      </div>
    </section>`,
  props: { initial: Array, title: String, empty: String, labels: Object },
  data() {
    return { charts: this.initial, width: 0, fresh: {}, height: HEIGHT, left: LEFT, right: RIGHT, signs: SIGNS };
  },
  mounted() {
    this.watcher = new ResizeObserver(() => this.measure());
    this.watcher.observe(this.$el);
  },
  updated() {
    this.measure();
  },
  unmounted() {
    this.watcher.disconnect();
  },
  methods: {
    measure() {
      const room = this.$el.querySelector(".vv-course__plot")?.clientWidth ?? 0;
      if (room && room !== this.width) this.width = room;
    },
    x(chart, at) {
      const [from, to] = chart.span.map((one) => Date.parse(one));
      return LEFT + (to > from ? (Date.parse(at) - from) / (to - from) : 0.5) * (this.width - LEFT - RIGHT);
    },
    y(score) {
      return TOP + (1 - score / 10) * (HEIGHT - TOP - BOTTOM);
    },
    lines(chart) {
      const runs = new Map();
      for (const point of chart.points) runs.set(point.run, [...(runs.get(point.run) ?? []), `${this.x(chart, point.at).toFixed(1)} ${this.y(point.score).toFixed(1)}`]);
      return [...runs.values()].filter((run) => run.length > 1).map((run) => `M${run.join("L")}`);
    },
    flags(chart) { // what began or ended in one place has one flag: "1–4"
      const ends = new Array(ROWS).fill(-Infinity);
      const together = [];
      for (const mark of chart.marks) {
        const x = Math.min(Math.max(this.x(chart, mark.at), 14), this.width - 14);
        const last = together.at(-1);
        if (last && last.kind === mark.kind && Math.abs(last.x - x) < 1) together[together.length - 1] = { ...last, number: `${last.first}–${mark.number}`, text: `${last.text}; ${mark.text}` };
        else together.push({ ...mark, x, first: mark.number });
      }
      return together.map(({ x, ...mark }) => {
        const free = ends.findIndex((end) => x - end >= 30);
        const row = free < 0 ? 0 : free;
        ends[row] = x;
        return { ...mark, x, y: 11 + row * FLAG };
      });
    },
    ticks(chart) {
      let end = -Infinity;
      const last = chart.ticks.length - 1;
      return chart.ticks.map((tick, at) => ({ ...tick, x: this.x(chart, tick.at), anchor: last === 0 ? "middle" : at === 0 ? "start" : at === last ? "end" : "middle" })).filter((tick, at) => {
        const room = at === 0 || at === last || (tick.x - end > 110 && this.width - RIGHT - tick.x > 150);
        if (room) end = tick.x;
        return room;
      });
    },
    triangle(x) {
      const base = HEIGHT - BOTTOM + 16;
      return `M${(x - 6).toFixed(1)} ${base}L${(x + 6).toFixed(1)} ${base}L${x.toFixed(1)} ${base - 11}Z`;
    },
    put(chart) {
      this.charts = this.charts.map((one) => (one.key === chart.key ? chart : one));
      this.fresh = { ...this.fresh, [chart.key]: true };
      setTimeout(() => { const { [chart.key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
      announce(`${chart.title}: ${chart.summary}`);
    },
    replace(charts) {
      this.charts = charts;
    },
  },
};
