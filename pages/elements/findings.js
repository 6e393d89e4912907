// What was found: a field that searches, groups to look through, and everything recorded so far. Texts are escaped by Vue.
import { announce } from "/static/announce.js";

const DIGITS = ["0۰٠", "1۱١", "2۲٢", "3۳٣", "4۴٤"];
export default {
  template: `
    <div class="vv-findings">
      <div class="vv-picker" ref="picker" @focusout="left">
        <label class="vv-field"><span>{{ labels.find }}</span>
          <input ref="field" type="text" role="combobox" autocomplete="off" spellcheck="false" maxlength="80" aria-autocomplete="list" aria-haspopup="listbox"
            :aria-expanded="String(open)" :aria-controls="id('list')" :aria-activedescendant="open && flat[at] ? id('option-' + at) : null" :aria-describedby="id('help')"
            data-testid="present" data-key="find" :dir="text ? 'auto' : null" :placeholder="labels.example" :value="text" @input="typed" @keydown="key" @click="reopen">
        </label>
        <ul v-show="open" ref="list" class="vv-offers" role="listbox" :id="id('list')" :aria-label="labels.find" @mousedown.prevent>
          <li v-for="group in offers" :key="group.label" role="group" :aria-label="group.label">
            <span class="vv-offers__group" aria-hidden="true">{{ group.label }}</span>
            <ul role="none">
              <li v-for="one in group.items" :key="one.id" role="option" :id="id('option-' + one.at)" :aria-selected="String(one.at === at)" class="vv-offer"
                :class="{'vv-offer--at': one.at === at}" :data-testid="'offer-' + one.id" @click="choose(one, false)" @mousemove="at = one.at">
                <span>{{ one.name }}</span> <bdi v-if="one.other" class="vv-soft vv-small">{{ one.other }}</bdi><span v-if="has(one.id)" class="vv-push vv-soft vv-small">✓ {{ labels.recorded }}</span>
              </li>
            </ul>
          </li>
          <li v-if="!flat.length" role="none" class="vv-offer vv-soft">{{ labels.none }}</li>
        </ul>
      </div>
      <div class="vv-groups" role="group" :aria-label="labels.look">
        <button v-for="one in groups" :key="one.kind" type="button" class="vv-quiet" :aria-pressed="String(open && kind === one.kind)" :data-testid="'group-' + one.kind" @click="browse(one.kind)">{{ one.label }}</button>
      </div>
      <p class="vv-soft vv-small" :id="id('help')">{{ labels.help }}</p>
      <p class="vv-hint" data-testid="finding-said" v-show="said">{{ said }}</p>
      <div v-if="objection" class="vv-problem vv-objection" role="alert" data-testid="objection">
        <span>{{ objection.text }}</span>
        <span v-if="objection.replace" class="vv-toolbar">
          <button type="button" ref="replace" class="vv-button" data-testid="replace" @click="answer(true)">{{ objection.replace }}</button>
          <button type="button" class="vv-button" data-testid="keep" @click="answer(false)">{{ objection.keep }}</button>
        </span>
      </div>
      <section class="vv-recorded" :aria-label="labels.so_far" data-testid="recorded">
        <h3 class="vv-h3">{{ labels.so_far }} <span class="vv-soft vv-number">{{ count }}</span></h3>
        <div v-if="last.title" class="vv-last" data-testid="last-visit">
          <p dir="auto"><strong>{{ last.title }}</strong> <span class="vv-soft" data-testid="difference">{{ last.summary }}</span></p>
          <button v-if="open_rows" type="button" class="vv-button" data-testid="take-over" data-key="again-all" @click="again('', $event)">{{ labels.all_again }} <kbd aria-hidden="true">Alt+A</kbd></button>
        </div>
        <p v-if="!rows.length" class="vv-soft">{{ labels.empty }}</p>
        <div v-for="group in recorded" :key="group.label" role="group" :aria-label="group.label">
          <div class="vv-toolbar"><h4 class="vv-offers__group">{{ group.label }}</h4>
            <button v-if="group.open" type="button" class="vv-quiet vv-push" :data-testid="'again-' + group.kind" data-key="again" :aria-label="labels.again + ': ' + group.label" @click="again(group.kind, $event)">{{ labels.again }}</button></div>
          <div v-for="row in group.items" :key="row.id" class="vv-sign" :class="{'vv-sign--absent': row.mark === 'absent', 'vv-sign--open': !row.mark, 'vv-flash': row.id === newest && fresh}" :data-testid="'finding-' + row.id" :data-mark="row.mark" :data-days="row.days">
            <div class="vv-sign__name"><span class="vv-strong">{{ row.name }}</span> <bdi v-if="row.other" class="vv-soft vv-small">{{ row.other }}</bdi> <span v-if="row.note" class="vv-chip">{{ row.note }}</span>
              <span v-if="row.change" class="vv-chip" :class="'vv-chip--' + row.change.kind">{{ row.change.text }}</span> <span v-if="row.then" class="vv-soft vv-small vv-sign__then">{{ row.then }}</span></div>
            <div class="vv-marks" role="radiogroup" :aria-label="row.name">
              <label v-for="mark in labels.scales[row.scale]" :key="mark[0]" class="vv-mark">
                <input type="radio" :name="id(row.id)" :value="mark[0]" :checked="row.mark === mark[0]" @change="put(row, mark[0], row.days)"><span>{{ mark[1] }}</span>
              </label>
            </div>
            <div class="vv-sign__end">
              <select v-if="row.mark && row.times.length" class="vv-days" :aria-label="labels.how_long + ': ' + row.name" :disabled="row.mark === 'absent'" :value="String(row.days)" @change="put(row, row.mark, $event.target.value)">
                <option v-for="time in row.times" :key="time[0]" :value="time[0]">{{ time[1] }}</option>
              </select>
              <button v-if="row.mark" type="button" class="vv-quiet" :aria-label="labels.remove + ': ' + row.name" :data-testid="'remove-' + row.id" @click="remove(row)">✕</button>
            </div>
          </div>
        </div>
      </section>
    </div>`,
  props: { labels: Object, groups: Array, initial: Array, before: Object },
  data() {
    return { rows: this.initial, last: this.before, newest: "", text: "", words: "", kind: "", open: false, offers: [], at: 0, asked: 0, answered: 0, waiting: null, fresh: false, said: "", objection: null };
  },
  computed: {
    flat() { return this.offers.flatMap((group) => group.items); },
    count() {
      const count = String(this.rows.filter((one) => one.mark).length);
      return this.labels.digits ? count.replace(/\d/g, (digit) => this.labels.digits[digit]) : count;
    },
    open_rows() { return this.rows.some((one) => !one.mark); },
    recorded() {
      const groups = [];
      for (const row of this.rows) {
        if (!groups.length || groups[groups.length - 1].label !== row.group) groups.push({ label: row.group, kind: row.kind, open: false, items: [] });
        const group = groups[groups.length - 1];
        group.items.push(row);
        group.open = group.open || !row.mark;
      }
      return groups;
    },
  },
  watch: { said(words) { announce(words); } },
  created() { this.mark = `vv-f${Math.random().toString(36).slice(2, 8)}`; },
  mounted() {
    this.outside = (event) => { if (!this.$el.contains(event.target)) this.close(); };
    document.addEventListener("pointerdown", this.outside);
  },
  unmounted() { document.removeEventListener("pointerdown", this.outside); clearTimeout(this.timer); },
  methods: {
    id(name) { return `${this.mark}-${name}`; },
    has(id) { return this.rows.some((row) => row.id === id && row.mark); },
    row(id) { return this.rows.find((row) => row.id === id); },
    // ---- searching
    typed(event) {
      const now = event.target.value;
      const before = this.waiting ? this.words + this.waiting.ended.map((one) => one.text).join("") : "";
      if (this.waiting && now.startsWith(before)) { this.text = now; this.waiting.rest = now.slice(before.length); return; } // the next word already
      this.kind = ""; this.waiting = null;
      this.look(now, 100);
    },
    look(text, after) {
      clearTimeout(this.timer);
      this.text = this.words = text; this.asked += 1;
      if (!text.trim()) this.close();
      else if (after) this.timer = setTimeout(this.ask, after);
      else this.ask();
    },
    ask() { clearTimeout(this.timer); this.timer = null; this.$emit("ask", { text: this.words.trim(), kind: this.kind, number: this.asked }); },
    browse(kind) {
      if (this.open && this.kind === kind) return this.close();
      this.text = this.words = ""; this.kind = kind; this.waiting = null; this.asked += 1; this.ask();
      this.$refs.field.focus({ preventScroll: true });
    },
    reopen() { if (this.text.trim() && !this.open) this.look(this.text, 0); },
    offer(number, offers) {
      if (number !== this.asked) return;
      let at = 0;
      for (const group of offers) for (const one of group.items) one.at = at++;
      this.offers = offers; this.at = 0; this.answered = number; this.open = true;
      this.$nextTick(() => this.$refs.list?.scrollIntoView({ block: "nearest" }));
      if (this.waiting) this.take_waiting();
    },
    take_waiting() { // Enter came before the list: what was not seen is taken only where nothing else can be meant
      const { absent, ended, rest } = this.waiting, [next, ...others] = ended;
      const behind = ended.map((one) => one.text).join("") + rest;
      this.waiting = null;
      const sure = this.flat.find((one) => one.exact) || (this.flat.length === 1 ? this.flat[0] : null);
      if (!sure) { if (behind) this.look(this.words + behind, 0); return; }
      this.choose(sure, absent);
      if (!next) { if (rest) this.look(rest, 0); return; }
      this.look(next.text, 0);
      this.text = behind; // what is looked for is the first of it
      this.waiting = { absent: next.absent, ended: others, rest };
    },
    close() { this.open = false; this.kind = ""; this.offers = []; this.at = 0; this.waiting = null; },
    left(event) { if (event.relatedTarget && !this.$el.contains(event.relatedTarget)) this.close(); },
    key(event) {
      const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (event.isComposing) return; // the first letters of a Chinese or Persian word
      if (steps && this.open && this.flat.length) {
        event.preventDefault();
        this.at = (this.at + steps + this.flat.length) % this.flat.length;
        this.$nextTick(() => document.getElementById(this.id("option-" + this.at))?.scrollIntoView({ block: "nearest" }));
      } else if (event.key === "Enter") {
        event.preventDefault();
        const waiting = { absent: event.shiftKey, ended: [], rest: "" };
        if (this.waiting) { // so many words behind one another as are typed
          if (this.waiting.rest.trim()) this.waiting.ended.push({ text: this.waiting.rest, absent: event.shiftKey });
          this.waiting.rest = this.waiting.rest.trim() ? "" : this.waiting.rest;
        }
        else if (this.open && this.answered === this.asked) { if (this.flat[this.at]) this.choose(this.flat[this.at], event.shiftKey); }
        else if (this.text.trim()) { this.look(this.text, 0); this.waiting = waiting; }
      } else if (event.key === "Escape" && this.open) {
        event.preventDefault(); event.stopPropagation(); this.close();
      } else if (!this.text && this.newest && this.has(this.newest)) {
        this.grade(event);
      }
    },
    // ---- recording
    choose(one, absent) {
      if (!this.kind) { this.text = this.words = ""; this.close(); }
      if (this.has(one.id)) { this.newest = one.id; this.say(this.row(one.id)); return this.show_row(one.id); }
      this.newest = one.id; this.objection = null;
      this.$emit("put", { id: one.id, mark: absent ? "absent" : "there", days: "" });
      this.$refs.field.focus({ preventScroll: true });
    },
    grade(event) { // digits say how marked the last one is, while nothing is being typed
      const digit = DIGITS.findIndex((some) => some.includes(event.key) && event.key.length === 1);
      const row = this.row(this.newest);
      const mark = digit === 0 ? "absent" : String(digit);
      if (digit < 0 || !this.labels.scales[row.scale].some((one) => one[0] === mark)) return;
      event.preventDefault();
      this.put(row, mark, row.days);
    },
    put(row, mark, days) {
      row.mark = mark; row.days = days; this.newest = row.id; this.objection = null;
      this.$emit("put", { id: row.id, mark, days: String(days) });
    },
    remove(row) {
      if (this.newest === row.id) this.newest = "";
      this.said = this.labels.removed.replace("{name}", row.name); this.objection = null;
      this.$emit("remove", row.id);
      this.$refs.field.focus({ preventScroll: true });
    },
    again(kind, event) {
      const here = document.activeElement === event.currentTarget;
      this.objection = null;
      this.$emit("again", kind);
      if (here) this.$refs.field.focus({ preventScroll: true }); // the button goes
    },
    answer(yes) {
      const { put } = this.objection;
      this.objection = null;
      if (yes) this.$emit("replace", put);
      this.$refs.field.focus({ preventScroll: true });
    },
    // ---- what the server says
    show(rows, last) {
      const old = this.row(this.newest);
      this.rows = rows; this.last = last;
      const row = this.row(this.newest);
      if (row && row.mark && (!old || old.mark !== row.mark || old !== row)) this.say(row);
    },
    say(row) {
      const word = this.labels.scales[row.scale].find((one) => one[0] === row.mark);
      this.said = `${row.name}: ${word ? word[1] : ""}. ${this.labels.grade[row.scale] || ""}`;
      this.fresh = true; clearTimeout(this.calm); this.calm = setTimeout(() => { this.fresh = false; }, 2700);
    },
    show_row(id) {
      this.$nextTick(() => this.$el.querySelector(`[data-testid="finding-${CSS.escape(id)}"] input:checked`)?.focus());
    },
    object(objection) {
      this.objection = objection; this.said = "";
      this.$nextTick(() => this.$refs.replace?.focus());
    },
  },
};
