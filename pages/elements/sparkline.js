// Counts by day as bars of an SVG: one picture with a sentence that says the same, and a table of the numbers behind it.
const HEIGHT = 48, STEP = 10, GAP = 3;
export default {
  template: `
    <div class="vv-card vv-spark">
      <p class="vv-spark__now"><span class="vv-stat__value">{{ latest.text }}</span> <span class="vv-soft vv-small">{{ words.today }}</span></p>
      <svg class="vv-spark__bars" :viewBox="'0 0 ' + width + ' ' + height" preserveAspectRatio="none" role="img" :aria-label="summary">
        <line x1="0" :x2="width" :y1="height - .5" :y2="height - .5" class="vv-spark__ground"></line>
        <rect v-for="(day, at) in days" :key="day.key" :x="at * step" :width="step - gap" :y="height - tall(day)" :height="tall(day)" :class="['vv-spark__bar', at === days.length - 1 ? 'vv-spark__bar--now' : '', fresh[day.key] ? 'vv-spark__bar--fresh' : '']"><title>{{ day.day }}: {{ day.text }}</title></rect>
      </svg>
      <div class="vv-spark__ends vv-soft vv-small" aria-hidden="true"><span>{{ days.length ? days[0].day : "" }}</span><span>{{ latest.day }}</span></div>
      <p class="vv-soft vv-small">{{ summary }}</p>
      <details><summary>{{ words.table }}</summary>
        <div class="vv-spark__table" tabindex="0" role="region" :aria-label="words.title"><table class="vv-table">
          <caption class="vv-hidden">{{ words.title }}</caption>
          <thead><tr><th scope="col">{{ words.day }}</th><th scope="col" class="vv-number">{{ words.count }}</th></tr></thead>
          <tbody><tr v-for="day in newest" :key="day.key"><th scope="row">{{ day.day }}</th><td class="vv-number">{{ day.text }}</td></tr></tbody>
        </table></div>
      </details>
    </div>`,
  props: { initial: Array, said: String, words: Object },
  data() {
    return { days: this.initial, summary: this.said, fresh: {}, height: HEIGHT, step: STEP, gap: GAP };
  },
  computed: {
    width() {
      return this.days.length * STEP - GAP;
    },
    most() { // so that one answer a day does not look like many
      return Math.max(4, ...this.days.map((one) => one.count));
    },
    latest() {
      return this.days[this.days.length - 1] || { text: "", day: "" };
    },
    newest() {
      return [...this.days].reverse();
    },
  },
  methods: {
    tall(day) { // a day without answers has no bar
      return day.count ? Math.max(3, ((HEIGHT - 2) * day.count) / this.most) : 0;
    },
    change(days, summary, all) {
      const by = new Map(days.map((one) => [one.key, one]));
      this.days = all ? days : this.days.map((one) => by.get(one.key) || one);
      this.summary = summary;
      if (all) return;
      for (const { key } of days) {
        this.fresh = { ...this.fresh, [key]: true };
        setTimeout(() => { const { [key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
      }
    },
  },
};
