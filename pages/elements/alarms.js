// The worst alarm that nobody has seen, and how many there are. It stands in the flow of the frame: what is below moves down,
// nothing is covered and the focus stays where it is. The box is there without an alarm, so that a screen reader tells of the first.
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
        <button type="button" class="vv-alarms__see" data-testid="alarms-see" @click="$emit('see', shown.key)">{{ see }}</button>
      </div>
    </div>`,
  props: { initial: Object, see: String },
  data() {
    return { shown: this.initial };
  },
  mounted() { // what keeps clear of the header has to know how high it is
    this.watching = new ResizeObserver(([entry]) => document.documentElement.style.setProperty("--vv-banner", `${Math.ceil(entry.contentRect.height)}px`));
    this.watching.observe(this.$el);
  },
  unmounted() {
    this.watching.disconnect();
  },
  methods: {
    replace(shown) {
      this.shown = shown;
    },
  },
};
