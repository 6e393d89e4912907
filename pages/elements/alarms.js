// The worst alarm that nobody has seen, and how many there are. It stands in the flow of the frame: what is below moves down,
// nothing is covered and the focus stays where it is. The box is there without an alarm, so that a screen reader tells of the first.
// What comes in the place of another is not marked as seen by a click that was meant for that one, nor by the second of a double click.
const HELD_MS = 700;

export default {
  template: `
    <div class="vv-alarms" role="alert">
      <div v-if="shown.count" class="vv-alarms__one" data-testid="alarms" :data-count="shown.count">
        <div class="vv-alarms__words">
          <a :href="shown.href" class="vv-alarms__who" dir="auto">{{ shown.patient }}</a>
          <span class="vv-alarms__about" dir="auto">{{ shown.about }}</span>
          <strong dir="auto">{{ shown.what }}</strong>
          <q v-if="shown.said" class="vv-alarms__said" dir="auto">{{ shown.said }}</q>
          <time :datetime="shown.at">{{ shown.time }}</time>
        </div>
        <a v-if="shown.more" href="/" class="vv-alarms__more" data-testid="alarms-more">{{ shown.more }}</a>
        <button type="button" class="vv-alarms__see" data-testid="alarms-see" :aria-disabled="held" @click="mark">{{ see }}</button>
      </div>
    </div>`,
  props: { initial: Object, see: String },
  data() {
    return { shown: this.initial, held: false };
  },
  mounted() { // what keeps clear of the header has to know how high it is
    this.watching = new ResizeObserver(([entry]) => document.documentElement.style.setProperty("--vv-banner", `${Math.ceil(entry.contentRect.height)}px`));
    this.watching.observe(this.$el);
  },
  unmounted() {
    this.watching.disconnect();
  },
  methods: {
    mark() {
      if (!this.held) this.$emit("see", `${this.shown.key}@${this.shown.as_of}`);
    },
    replace(shown) {
      if (this.shown.count && shown.count && (shown.key !== this.shown.key || shown.as_of !== this.shown.as_of)) {
        this.held = true;
        clearTimeout(this.releasing);
        this.releasing = setTimeout(() => { this.held = false; }, HELD_MS);
      }
      this.shown = shown;
    },
  },
};
