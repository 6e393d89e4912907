// Says whether what is on the page is current: asks the server every few seconds and shows when it last answered. Only the newest
// question counts: its answer comes behind all changes that were sent before it. What may be old is marked by `data-live` on the root.
import { announce } from "/static/announce.js";

const LOOK_MS = 400, RETRY_MS = 2000;

export default {
  template: `
    <div class="vv-liveness" role="group" :aria-label="labels.title">
      <span class="vv-live" :data-state="shown" data-testid="live-mark"><span class="vv-live__word">{{ labels[shown] }}</span><template v-if="time"><span class="vv-live__dot"> · </span><span class="vv-live__time">{{ time }}</span></template></span>
      <button type="button" class="vv-quiet vv-pause" :aria-pressed="String(paused)" :aria-label="paused && said ? labels.pause + '. ' + said : labels.pause" :title="paused ? labels.resume : labels.pause" data-testid="pause-live" @click="$emit('pause', !paused)">
        <i class="q-icon notranslate material-icons" aria-hidden="true">{{ paused ? "play_arrow" : "pause" }}</i><span v-if="paused && count" class="vv-pause__count" data-testid="held-count">{{ count }}</span>
      </button>
    </div>`,
  props: { labels: Object, seconds: Number },
  data: () => ({ state: "stale", confirmed: "", since: "", paused: false, count: "", said: "" }),
  computed: {
    shown() {
      return this.state === "live" && this.paused ? "paused" : this.state;
    },
    time() { // "as of" where it is not now
      const time = this.paused ? this.since : this.confirmed;
      return !time || this.shown === "live" ? time : this.labels.as_of.replace("{time}", time);
    },
  },
  watch: {
    shown: { immediate: true, handler(now, before) {
      const root = document.documentElement;
      root.dataset.live = now;
      root.style.setProperty("--vv-as-of", JSON.stringify(this.time ? ` · ${this.time}` : ""));
      if (now === "offline" || (before === "offline" && now === "live")) announce(`${this.labels[now]} ${this.time}. ${now === "offline" ? this.labels.kept : ""}`);
    } },
  },
  mounted() {
    this.asked = 0;
    this.connected = false;
    this.answered = 0; // when, by this browser's clock
    this.lost = () => { this.state = "offline"; };
    this.again = () => { if (!document.hidden) this.ask(); };
    this.looked_at = () => { // timers of a page that nobody sees hardly run: until it is confirmed, it may be old
      if (document.hidden) return;
      if (this.state === "live" && performance.now() - this.answered > 2000 * this.seconds) this.state = "stale";
      this.ask();
    };
    addEventListener("offline", this.lost);
    addEventListener("online", this.again);
    addEventListener("pageshow", this.again);
    document.addEventListener("visibilitychange", this.looked_at);
    this.ask();
    this.timer = setInterval(this.look, LOOK_MS);
  },
  unmounted() {
    removeEventListener("offline", this.lost);
    removeEventListener("online", this.again);
    removeEventListener("pageshow", this.again);
    document.removeEventListener("visibilitychange", this.looked_at);
    clearInterval(this.timer);
    clearTimeout(this.deadline);
  },
  methods: {
    look() { // a line that is seen to break or to come back is not waited for
      const connected = Boolean(window.socket?.connected), before = this.connected;
      this.connected = connected;
      if (before && !connected) {
        this.lost();
        window.socket.io.reconnectionDelayMax(RETRY_MS); // well within the time that the server keeps the page
      }
      if ((connected && !before) || performance.now() - this.asked_at >= this.seconds * 1000) this.ask();
    },
    ask() {
      clearTimeout(this.deadline);
      this.asked_at = performance.now();
      this.asked += 1;
      if (this.asked === 1 || !window.socket || window.socket.connected) this.$emit("confirm", this.asked); // else they would queue
      this.deadline = setTimeout(this.lost, this.seconds * 1000 - 100);
    },
    confirmed_at(time, asked) {
      if (asked !== this.asked) return;
      clearTimeout(this.deadline);
      this.answered = performance.now();
      this.confirmed = time;
      this.state = "live";
    },
    held(paused, count, said) {
      if (paused !== this.paused) this.since = this.confirmed;
      this.paused = paused;
      this.count = count;
      this.said = said;
      announce(said);
    },
  },
};
