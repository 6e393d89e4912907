// Search across the practice: a field with a list under it, in a dialog of the browser's own, which keeps the focus and gives it back.
// Only the answer to the newest question is shown. Texts are escaped by Vue.
import { announce } from "/static/announce.js";

const WAIT_MS = 120, LONG_MS = 500, PATIENCE_MS = 5000;

export default {
  template: `
    <div class="vv-finder">
      <button type="button" class="vv-finder__open" :aria-label="labels.open" aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K /" data-testid="search-open" @click="show">
        <i class="q-icon notranslate material-icons" aria-hidden="true">search</i><span class="vv-finder__word" aria-hidden="true">{{ labels.word }}</span><kbd class="vv-finder__keys" aria-hidden="true" dir="ltr">{{ keys }}</kbd>
      </button>
      <dialog ref="dialog" class="vv-finder__dialog" :aria-label="labels.open" data-testid="search" @close="clear" @pointerdown.self="close">
        <div class="vv-finder__box">
          <div class="vv-finder__field">
            <i class="q-icon notranslate material-icons" aria-hidden="true">search</i>
            <input ref="field" type="text" role="combobox" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="80" enterkeyhint="go" aria-autocomplete="list" aria-expanded="true"
              aria-controls="vv-found" :aria-activedescendant="flat[at] ? 'vv-found-' + at : null" aria-describedby="vv-found-said" :aria-label="labels.field" :placeholder="labels.field"
              :dir="text ? 'auto' : null" data-testid="search-field" :value="text" @input="typed" @keydown="key">
            <button type="button" class="vv-quiet" data-testid="search-close" @click="close">{{ labels.close }}</button>
          </div>
          <p id="vv-found-said" class="vv-finder__said vv-soft vv-small" :aria-busy="slow ? 'true' : null" data-testid="search-said">{{ slow ? labels.busy : said }}</p>
          <ul id="vv-found" class="vv-finder__list" role="listbox" :aria-label="labels.found" @mousedown.prevent>
            <li v-for="group in groups" :key="group.label" role="group" :aria-label="group.label">
              <span class="vv-offers__group" aria-hidden="true">{{ group.label }}</span>
              <ul role="none">
                <li v-for="one in group.items" :key="one.key" role="option" :id="'vv-found-' + one.at" :aria-selected="String(one.at === at)" class="vv-offer" :class="{'vv-offer--at': one.at === at, 'vv-offer--under': one.under}"
                  :data-testid="'found-' + one.key" @click="go(one, $event)" @mousemove="at = one.at">
                  <i v-if="one.icon" class="q-icon notranslate material-icons vv-soft" aria-hidden="true">{{ one.icon }}</i>
                  <span class="vv-finder__title"><bdi>{{ one.title }}</bdi></span> <bdi v-if="one.more" class="vv-soft vv-small vv-finder__more">{{ one.more }}</bdi>
                </li>
              </ul>
            </li>
          </ul>
          <p class="vv-finder__help vv-soft vv-small" aria-hidden="true">{{ labels.help }}</p>
        </div>
      </dialog>
    </div>`,
  props: { labels: Object, begin: Array },
  data: () => ({ text: "", groups: [], at: 0, said: "", slow: false, asked: 0, answered: 0, waits: null, entered: false, keys: /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K" }),
  computed: {
    flat() { return this.groups.flatMap((group) => group.items); },
  },
  mounted() {
    this.pressed = (event) => {
      if (event.isComposing || event.defaultPrevented || event.repeat) return;
      const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && (event.code === "KeyK" || event.key === "k");
      const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest?.("input, textarea, select, [contenteditable]");
      if (!command && !slash) return;
      event.preventDefault();
      if (!this.$refs.dialog.open) this.show();
      else if (command) this.close();
    };
    document.addEventListener("keydown", this.pressed);
  },
  unmounted() {
    document.removeEventListener("keydown", this.pressed);
    this.forget();
  },
  methods: {
    show() {
      if (document.querySelector("dialog[open], .q-dialog--modal")) return; // one question at a time
      this.clear();
      this.$refs.dialog.showModal();
      this.$refs.field.focus();
    },
    close() { this.$refs.dialog.close(); },
    clear() { // nothing of what was searched for stays on the screen
      this.forget();
      this.asked += 1; this.answered = this.asked;
      this.text = ""; this.entered = false;
      this.put(this.begin);
      this.said = this.labels.begin;
    },
    forget() {
      for (const timer of [this.timer, this.soon, this.late]) clearTimeout(timer);
      this.slow = false;
    },
    put(groups) {
      let at = 0;
      this.groups = groups.map((group) => ({ ...group, items: group.items.map((one) => ({ ...one, at: at++ })) }));
      this.at = 0;
    },
    typed(event) {
      this.text = event.target.value;
      this.entered = false;
      if (!this.text.trim()) return this.clear();
      this.forget();
      this.asked += 1;
      this.timer = setTimeout(this.ask, WAIT_MS);
    },
    ask() {
      this.forget();
      if (window.socket && !window.socket.connected) return this.fail();
      this.soon = setTimeout(() => { this.slow = true; }, LONG_MS);
      this.late = setTimeout(this.fail, PATIENCE_MS);
      this.waits = this.asked;
      this.$emit("ask", { text: this.text.trim(), number: this.asked });
    },
    fail() {
      this.forget();
      this.answered = this.asked; this.waits = null; this.entered = false;
      this.put([]);
      this.said = this.labels.offline;
      announce(this.said);
    },
    offer(number, answer) {
      if (number !== this.asked || !this.$refs.dialog.open) return; // somebody has typed on
      this.forget();
      this.answered = number; this.waits = null;
      this.put(answer.groups);
      this.said = answer.said;
      announce(answer.said);
      if (this.entered && this.flat.length === 1) this.go(this.flat[0], {}); // Enter came before the list: nothing else can be meant
      this.entered = false;
    },
    key(event) {
      if (event.isComposing) return;
      const last = this.flat.length - 1;
      const to = { ArrowDown: this.at >= last ? 0 : this.at + 1, ArrowUp: this.at <= 0 ? last : this.at - 1 }[event.key];
      if (to !== undefined && last >= 0) {
        event.preventDefault();
        this.at = to;
        this.$nextTick(() => document.getElementById(`vv-found-${to}`)?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (this.answered === this.asked) { if (this.flat[this.at]) this.go(this.flat[this.at], event); }
        else { this.entered = true; if (this.waits !== this.asked) this.ask(); }
      }
    },
    go(one, event) {
      if (event.ctrlKey || event.metaKey) return window.open(one.href, "_blank", "noopener");
      this.close();
      location.assign(one.href);
    },
  },
};
