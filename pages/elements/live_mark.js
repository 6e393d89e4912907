// Says whether what is on the page is current: asks the server every few seconds and shows when it last answered.
export default {
  template: `<span class="vv-live" role="status" :data-state="state" data-testid="live-mark">{{ text }}</span>`,
  props: { labels: Object, seconds: Number },
  data: () => ({ state: "stale", confirmed: null }),
  computed: {
    text() {
      const label = this.labels[this.state];
      return this.confirmed ? `${label} · ${this.confirmed}` : label;
    },
  },
  mounted() {
    this.ask();
    this.timer = setInterval(() => this.ask(), this.seconds * 1000);
  },
  unmounted() {
    clearInterval(this.timer);
    clearTimeout(this.deadline);
  },
  methods: {
    ask() {
      this.$emit("confirm");
      clearTimeout(this.deadline);
      this.deadline = setTimeout(() => (this.state = "offline"), this.seconds * 1000 - 200);
    },
    confirmed_at(time) {
      clearTimeout(this.deadline);
      this.state = "live";
      this.confirmed = time;
    },
  },
};
