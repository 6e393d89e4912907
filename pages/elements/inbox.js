// What needs somebody, by risk. Each item can be done or set aside by mouse and by keyboard; for 8 seconds that can be undone.
const UNDO_MS = 8000;
const ASKED_MS = 5000; // within which what leaves the list has left it because of what was asked for here
const KEYS = { E: "done", T: "tomorrow", W: "week" };
const STEPS = { J: 1, ArrowDown: 1, K: -1, ArrowUp: -1 };
import { announce } from "/static/announce.js";
import { doubt, letter, once } from "/static/letters.js";

export default {
  template: `
    <div class="vv-inbox" @keydown="pressed">
      <div v-if="said.steps && said.steps.length" class="vv-card vv-steps" data-testid="first-steps">
        <h3 class="vv-title">{{ words.begin }}</h3>
        <ol>
          <li v-for="(step, at) in said.steps" :key="at" :class="{'vv-step--done': step.done}">
            <span class="vv-step__mark" aria-hidden="true">{{ step.done ? "✓" : step.number }}</span>
            <div><span v-if="step.done" class="vv-hidden">{{ words.did }}: </span><span class="vv-strong">{{ step.title }}</span>
            <p class="vv-soft">{{ step.text }}</p>
            <a v-if="!step.done && step.href" class="vv-button" :href="step.href">{{ step.link }}</a></div>
          </li>
        </ol>
      </div>
      <div v-else-if="!open.length" ref="empty" tabindex="-1" class="vv-empty" data-testid="inbox-empty">
        <h3 class="vv-title">{{ words.nothing }}</h3><p>{{ empty }}</p>
      </div>
      <ol class="vv-stream" tabindex="-1" :aria-label="words.title" ref="list">
        <li v-for="item in items" :key="item.key" tabindex="-1" class="vv-card vv-item" :class="[item.alert ? 'vv-card--alert' : '', item.quiet ? 'vv-item--quiet' : '', fresh[item.key] ? 'vv-flash' : '']" :data-testid="'item-' + item.key" :data-key="item.key">
          <div class="vv-toolbar">
            <a v-if="item.href" class="vv-item__title" :href="item.href">{{ item.title }}</a>
            <span v-else class="vv-item__title">{{ item.title }}</span>
            <time class="vv-soft vv-small vv-push" :datetime="item.at">{{ item.time }}</time>
          </div>
          <div class="vv-toolbar vv-chips">
            <span v-if="item.subtitle" class="vv-soft vv-item__about">{{ item.subtitle }}</span>
            <span v-for="chip in item.chips" :key="chip.text" class="vv-chip" :class="'vv-chip--' + chip.kind">{{ chip.text }}</span>
            <div v-if="!item.quiet" class="vv-inbox__acts vv-push">
              <button v-for="later in item.later" :key="later.what" type="button" class="vv-quiet" :aria-label="later.says + ': ' + item.title" :title="later.says" :data-testid="later.what + '-' + item.key" @click="ask(later.what, item)">{{ later.text }}</button>
              <button v-if="item.action" type="button" class="vv-button" :aria-label="item.action + ': ' + item.title" :data-testid="'act-' + item.key" @click="ask(item.does || 'done', item)">{{ item.action }}</button>
              <a v-else-if="item.link" class="vv-button vv-button--link" :href="item.href" :aria-label="item.link + ': ' + item.title">{{ item.link }}</a>
            </div>
          </div>
        </li>
      </ol>
      <p v-if="said.more" class="vv-soft" data-testid="inbox-more">{{ said.more }}</p>
      <p v-if="open.length" class="vv-soft vv-small vv-keys"><template v-for="one in words.keys" :key="one[0]"><kbd>{{ one[0] }}</kbd> {{ one[1] }} </template></p>
      <details v-if="put.length" class="vv-away" data-testid="inbox-aside">
        <summary>{{ said.aside }}</summary>
        <ul>
          <li v-for="item in put" :key="item.key" class="vv-toolbar">
            <a v-if="item.href" class="vv-item__title" :href="item.href">{{ item.title }}</a><span v-else class="vv-item__title">{{ item.title }}</span>
            <span class="vv-soft">{{ item.until }}</span>
            <button type="button" class="vv-quiet vv-push" :aria-label="words.back + ': ' + item.title" :data-testid="'back-' + item.key" @click="ask('back', item)">{{ words.back }}</button>
          </li>
        </ul>
      </details>
      <div v-if="undo" class="vv-undo" data-testid="undo" @mouseenter="stay" @mouseleave="go" @focusin="stay" @focusout="go">
        <span>{{ undo.text }}</span>
        <button type="button" class="vv-undo__button" @click="takeBack">{{ words.undo }}</button>
      </div>
    </div>`,
  props: { initial: Array, away: Array, around: Object, words: Object, empty: String },
  data() {
    return { items: this.initial, put: this.away, said: this.around, fresh: {}, undo: null, timer: null };
  },
  computed: {
    open() {
      return this.items.filter((one) => !one.quiet);
    },
  },
  created() { // none of it is drawn
    this.asked = {}; // until when what leaves the list has left it because of this page, by key
    this.doubt = doubt();
  },
  unmounted() {
    clearTimeout(this.timer);
  },
  methods: {
    ask(what, item) {
      this.asked = { [item.key]: performance.now() + ASKED_MS };
      this.$emit("asked", { what, key: item.key, said: what === "done" ? item.as_of : item.said });
    },
    pressed(event) { // only inside the inbox
      const key = letter(event) || (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? "" : event.key);
      if (key === "U" && this.undo && !event.repeat) return this.takeBack();
      const line = event.target.closest ? event.target.closest("li[data-key]") : null;
      const item = line && this.items.find((one) => one.key === line.dataset.key);
      const by = STEPS[key];
      if (by) {
        const first = event.target === this.$refs.list && by > 0 ? event.target.firstElementChild : null;
        const other = first ?? (by > 0 ? line?.nextElementSibling : line?.previousElementSibling);
        this.doubt.end(); // also at the last one
        if (other) { this.reach(other); event.preventDefault(); }
        return;
      }
      const what = KEYS[key];
      if (!item || !what || item.quiet || event.repeat || this.doubt.of(item.key)) return;
      once(event);
      if (what === "done") {
        if (item.action) this.ask(item.does || "done", item);
        else if (item.link) location.href = item.href;
      } else if ((item.later || []).some((one) => one.what === what)) this.ask(what, item);
      else announce(this.words.not_for_so_long);
    },
    hand(line) { // the focus, to an item that nobody went to
      this.doubt.begin(line.dataset.key);
      this.reach(line);
    },
    reach(line) {
      line.focus({ preventScroll: true });
      line.scrollIntoView({ block: "nearest" });
    },
    change(changed, order, more) {
      const lines = [...this.$refs.list.children];
      const place = document.activeElement, within = lines.find((one) => one.contains(place));
      const stood = within ? lines.indexOf(within) : -1;
      const before = new Set(this.items.map((one) => one.key)), asked = this.asked[within?.dataset.key];
      const by = new Map([...this.items, ...changed].map((one) => [one.key, one]));
      this.items = order.map((key) => by.get(key)).filter(Boolean);
      Object.assign(this.$data, more);
      for (const one of changed) this.flash(one, !before.has(one.key));
      if (!within) return;
      const { key } = within.dataset;
      if (changed.some((one) => one.key === key)) this.doubt.begin(key);
      this.$nextTick(() => this.keepFocus(place, key, stood, asked));
    },
    keepFocus(place, key, stood, asked) { // what has the focus keeps it; the next one has it only after what was done here
      const list = this.$refs.list, left = [...list.children], same = left.find((one) => one.dataset.key === key);
      if (document.activeElement !== document.body) return;
      if (same) (place.isConnected ? place : same).focus({ preventScroll: true });
      else if (!left.length) this.$refs.empty?.focus();
      else if (performance.now() < asked) this.hand(left[Math.min(stood, left.length - 1)]);
      else list.focus({ preventScroll: true }); // the list decides nothing
    },
    offer(number, text) {
      clearTimeout(this.timer);
      this.undo = { number, text };
      announce(text);
      this.go();
    },
    stay() {
      clearTimeout(this.timer);
    },
    go() { // the time begins anew behind whoever was about to press it
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.undo = null), UNDO_MS);
    },
    takeBack() {
      clearTimeout(this.timer);
      const number = this.undo.number, within = this.$refs.list.contains(document.activeElement);
      this.undo = null;
      this.$emit("asked", { what: "undo", key: String(number), said: "" });
      const line = this.$refs.list.children[0];
      if (line && !within) this.hand(line); // the button is gone
    },
    flash(item, isNew) {
      this.fresh = { ...this.fresh, [item.key]: true };
      setTimeout(() => { const { [item.key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
      if (isNew) announce(`${item.title}: ${item.chips.map((one) => one.text).join(", ")}`);
    },
  },
};
