// A chart of ECharts with the same as a table. It is drawn when it comes near the screen: until then ECharts (1.1 MB) is not
// fetched. Texts are written by Vue or on the canvas: none becomes markup. Colours are the tokens of vervain.css.
const NEAR = "300px";
const GLOW_MS = 2600;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

export default {
  template: `
    <figure class="vv-chart" :aria-label="picture.title">
      <figcaption><h2 class="vv-title vv-h3">{{ picture.title }}</h2><p v-if="picture.marks.length" class="vv-soft vv-small">{{ picture.note }}</p></figcaption>
      <div v-if="picture.empty" class="vv-chart__empty"><p>{{ picture.empty }}</p><a v-if="picture.link" :href="picture.link[0]">{{ picture.link[1] }}</a></div>
      <template v-else>
        <div v-if="picture.stretch && (picture.stretch.choice || picture.stretch.said)" class="vv-chart__pages">
          <div v-if="picture.stretch.choice" class="vv-chart__choice" role="group" :aria-label="labels.order">
            <button type="button" class="vv-quiet" :aria-pressed="!picture.stretch.weakest" data-testid="strongest" @click="$emit('look', [0, false])">{{ labels.strongest }}</button>
            <button type="button" class="vv-quiet" :aria-pressed="picture.stretch.weakest" data-testid="weakest" @click="$emit('look', [0, true])">{{ labels.weakest }}</button>
          </div>
          <span class="vv-soft vv-small" role="status">{{ picture.stretch.said }}</span>
          <span v-if="picture.stretch.choice" class="vv-chart__steps">
            <button type="button" class="vv-quiet" :disabled="!picture.stretch.back" data-testid="back" @click="$emit('look', [-1, picture.stretch.weakest])">{{ labels.back }}</button>
            <button type="button" class="vv-quiet" :disabled="!picture.stretch.on" data-testid="on" @click="$emit('look', [1, picture.stretch.weakest])">{{ labels.on }}</button>
          </span>
        </div>
        <ul v-if="picture.legend.length" class="vv-chart__legend"><li v-for="one in picture.legend" :key="one[0]"><i :class="'vv-key vv-key--' + one[0]" aria-hidden="true"></i>{{ one[1] }}</li></ul>
        <div class="vv-chart__place" @keydown="key" @pointerleave="left">
          <div ref="canvas" class="vv-chart__canvas" :class="{'vv-chart__canvas--square': !picture.height}" :style="picture.height ? {blockSize: picture.height + 'px'} : null"
               tabindex="0" role="img" :aria-roledescription="labels.roles" :aria-label="told" data-testid="canvas" @focus="focused" @blur="leave"></div>
          <p v-if="failed" class="vv-problem">{{ labels.failed }}</p>
          <p ref="said" class="vv-chart__said" :hidden="!said" :style="{insetBlockStart: top + 'px'}" data-testid="said">{{ said }}</p>
          <p class="vv-hidden" aria-live="polite">{{ spoken }}</p>
        </div>
        <div class="vv-chart__more">
          <details :open="open || failed" @toggle="remember($event.target.open)">
            <summary class="vv-quiet" data-testid="as-table">{{ labels.table }}<span class="vv-hidden">: {{ picture.title }}</span></summary>
            <div v-if="open || failed" class="vv-scroll vv-narrow" tabindex="0" role="group" :aria-label="picture.title"><table class="vv-table" :aria-label="picture.title">
              <thead><tr><th v-for="column in picture.columns" :key="column" scope="col">{{ column }}</th></tr></thead>
              <tbody><tr v-for="mark in picture.marks" :key="mark.key" :class="{'vv-flash': glowing[mark.key]}"><td v-for="(cell, at) in mark.cells" :key="at">{{ cell }}</td></tr></tbody>
            </table></div>
          </details>
          <button type="button" class="vv-quiet" data-testid="chart-csv" @click="$emit('csv')">{{ labels.csv }}<span class="vv-hidden">: {{ picture.title }}</span></button>
        </div>
      </template>
    </figure>`,
  props: { initial: Object, labels: Object },
  data() {
    return { picture: this.initial, open: remembered(this.initial.name), failed: false, said: "", spoken: "", top: 0, glowing: {}, at: -1 };
  },
  computed: {
    told() {
      const { sentence, leads, marks } = this.picture;
      return [sentence, leads && marks.length ? marks[0].says : "", this.labels.keys].filter(Boolean).join(" ");
    },
  },
  mounted() {
    this.again = () => this.chart && this.draw(true);
    this.themes = new MutationObserver(this.again);
    this.themes.observe(document.body, { attributes: true, attributeFilter: ["class", "data-theme"] });
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });
    dark.addEventListener("change", this.again);
    this.near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && this.start(), { rootMargin: NEAR });
    this.sizes = new ResizeObserver(() => this.chart && this.chart.getWidth() !== this.$refs.canvas.clientWidth && this.draw(true));
    this.watch();
  },
  beforeUnmount() {
    for (const one of [this.themes, this.near, this.sizes]) one.disconnect();
    dark.removeEventListener("change", this.again);
    clearTimeout(this.timer);
    this.chart?.dispose();
    this.chart = null;
  },
  methods: {
    watch() { // the place is there only where there is something to draw
      if (!this.$refs.canvas) return;
      this.near.observe(this.$refs.canvas);
      this.sizes.observe(this.$refs.canvas);
    },
    async start() {
      this.near.disconnect();
      if (this.chart || this.starting) return;
      this.starting = true;
      try {
        const [bundled, drawings] = await Promise.all([import("nicegui-echart"), import("/static/charts/drawings.js")]);
        if (!this.$refs.canvas) return;
        this.drawings = drawings;
        this.chart = bundled.echarts.init(this.$refs.canvas, null, { renderer: "canvas" });
        this.chart.on("mouseover", (event) => this.point(event.dataIndex));
        this.chart.on("click", (event) => this.point(event.dataIndex));
        this.draw(true);
      } catch (error) {
        console.warn("a chart could not be drawn", error);
        this.failed = true;
      } finally {
        this.starting = false;
      }
    },
    draw(anew) { // anew: everything; else the marks alone
      const look = this.drawings.looked(this.$refs.canvas, { still: still.matches });
      const option = anew ? this.drawings.option(this.picture, look, this) : this.drawings.marks(this.picture, look, this);
      if (anew) this.chart.resize();
      this.chart.setOption(option, anew ? { notMerge: true } : { notMerge: false, lazyUpdate: false });
      this.$refs.canvas.dataset.drawn = String((Number(this.$refs.canvas.dataset.drawn) || 0) + 1);
      if (anew) this.$refs.canvas.dataset.anew = String((Number(this.$refs.canvas.dataset.anew) || 0) + 1);
    },
    put(marks, words) {
      Object.assign(this.picture, words);
      for (const mark of marks) {
        const at = this.picture.marks.findIndex((one) => one.key === mark.key);
        if (at >= 0) this.picture.marks.splice(at, 1, mark);
      }
      this.glow(marks.map((mark) => mark.key));
      if (this.at >= 0) this.point(this.at);
    },
    show(picture) {
      this.picture = picture;
      this.leave();
      this.$nextTick(() => {
        if (this.chart && this.$refs.canvas !== this.chart.getDom()) {
          this.chart.dispose();
          this.chart = null;
        }
        if (this.chart) this.draw(true);
        else this.watch();
      });
    },
    glow(keys) {
      this.glowing = Object.fromEntries(keys.map((key) => [key, true]));
      if (this.chart) this.draw(false);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { this.glowing = {}; if (this.chart) this.draw(false); }, GLOW_MS);
    },
    point(at, aloud) {
      const mark = this.picture.marks[at];
      if (!mark) return;
      this.at = at;
      this.said = mark.says;
      if (aloud) this.spoken = mark.says;
      if (!this.chart) return;
      const [, y] = this.drawings.place(this.chart, this.picture, at);
      this.$nextTick(() => { // below what is pointed at; above where there is no room
        const high = this.$refs.said.offsetHeight, below = y + 20;
        this.top = below + high > this.$refs.canvas.clientHeight && y - high > 14 ? y - high - 14 : below;
      });
      this.draw(false);
    },
    leave() {
      if (this.at < 0) return;
      this.at = -1;
      this.said = this.spoken = "";
      if (this.chart) this.draw(false);
    },
    left() { // what the keys have chosen stays
      if (document.activeElement !== this.$refs.canvas) this.leave();
    },
    focused(event) {
      if (event.target.matches(":focus-visible") && this.at < 0) this.point(0, true);
    },
    key(event) {
      if (event.target !== this.$refs.canvas) return;
      const count = this.picture.marks.length;
      const turned = document.documentElement.dir === "rtl" && this.picture.option.xAxis.turns;
      const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: turned ? -1 : 1, ArrowLeft: turned ? 1 : -1 }[event.key];
      if (event.key === "Escape") return this.leave();
      const to = event.key === "Home" ? 0 : event.key === "End" ? count - 1 : step ? Math.min(count - 1, Math.max(0, this.at + step)) : null;
      if (to === null) return;
      event.preventDefault();
      this.point(to, true);
    },
    remember(open) {
      this.open = open;
      try { localStorage.setItem(`vv-table-${this.picture.name}`, open ? "1" : ""); } catch { /* nothing is remembered there */ }
    },
  },
};

function remembered(name) {
  try { return localStorage.getItem(`vv-table-${name}`) === "1"; } catch { return false; }
}
