// What needs somebody, by risk. Each item can be done or set aside by mouse and by keyboard; for 8 seconds that can be undone.
const UNDO_MS = 8000;
const KEYS = { KeyE: "done", KeyT: "tomorrow", KeyW: "week" };
import { announce } from "/static/announce.js";

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
      <ol class="vv-stream" :aria-label="words.title" ref="list">
        <li v-for="item in items" :key="item.key" tabindex="-1" class="vv-card vv-item" :class="[item.alert ? 'vv-card--alert' : '', item.quiet ? 'vv-item--quiet' : '', fresh[item.key] ? 'vv-flash' : '']" :data-testid="'item-' + item.key" :data-key="item.key">
          <div class="vv-toolbar">
            <a v-if="item.href" class="vv-item__title" :href="item.href">{{ item.title }}</a>
            <span v-else class="vv-item__title">{{ item.title }}</span>
            <time class="vv-soft vv-small vv-push" :datetime="item.at">{{ item.time }}</time>
          </div>
          <div class="vv-toolbar vv-chips">
            <span v-if="item.subtitle" class="vv-soft vv-item__about">{{ item.subtitle }}</span>
            <span v-for="chip in item.chips" :key="chip.text" class="vv-chip" :class="'vv-chip--' + chip.kind" dir="auto">{{ chip.text }}</span>
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
  unmounted() {
    clearTimeout(this.timer);
  },
  methods: {
    ask(what, item) {
      this.$emit("asked", { what, key: item.key, said: what === "done" ? item.as_of : item.said });
    },
    pressed(event) { // by the place of the key, so that a Persian keyboard does the same; only inside the inbox (WCAG 2.1.4)
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.code === "KeyU" && this.undo) return this.takeBack();
      const line = event.target.closest ? event.target.closest("li[data-key]") : null;
      const item = line && this.items.find((one) => one.key === line.dataset.key);
      if (!item) return;
      const by = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 }[event.code];
      if (by) {
        const other = by > 0 ? line.nextElementSibling : line.previousElementSibling;
        if (other) { this.reach(other); event.preventDefault(); }
        return;
      }
      const what = KEYS[event.code];
      if (!what || item.quiet) return;
      if (what === "done") {
        if (item.action) this.ask(item.does || "done", item);
        else if (item.link) location.href = item.href;
      } else if ((item.later || []).some((one) => one.what === what)) this.ask(what, item);
      else announce(this.words.not_for_so_long);
    },
    reach(line) {
      line.focus();
      line.scrollIntoView({ block: "nearest" });
    },
    change(changed, order, more) {
      const lines = [...this.$refs.list.children];
      const within = lines.find((one) => one.contains(document.activeElement));
      const stood = within ? lines.indexOf(within) : -1;
      const before = new Set(this.items.map((one) => one.key));
      const by = new Map([...this.items, ...changed].map((one) => [one.key, one]));
      this.items = order.map((key) => by.get(key)).filter(Boolean);
      Object.assign(this.$data, more);
      for (const one of changed) this.flash(one, !before.has(one.key));
      if (within && !order.includes(within.dataset.key)) { // what had the focus is gone: the next one has it
        this.$nextTick(() => {
          const left = this.$refs.list.children;
          if (left.length) this.reach(left[Math.min(stood, left.length - 1)]);
          else if (this.$refs.empty) this.$refs.empty.focus();
        });
      }
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
      const number = this.undo.number;
      this.undo = null;
      this.$emit("asked", { what: "undo", key: String(number), said: "" });
      const line = this.$refs.list.children[0];
      if (line) this.reach(line);
    },
    flash(item, isNew) {
      this.fresh = { ...this.fresh, [item.key]: true };
      setTimeout(() => { const { [item.key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
      if (isNew) announce(`${item.title}: ${item.chips.map((one) => one.text).join(", ")}`);
    },
  },
};
