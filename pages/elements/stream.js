// What happened, newest first: a card an item. A new item comes in on top and flashes; nothing else moves or is rebuilt.
// One item is in the tab order; arrows go to the others. Where the page takes replies, they are written under the item.
import { announce } from "/static/announce.js";
import { doubt, letter, once } from "/static/letters.js";

const ASKED_MS = 5000; // within which what leaves the list has left it because of what was asked for here
const LEFT = 100; // letters that are left, from when on they are said

export default {
  template: `
    <div class="vv-measured">
      <div v-if="!items.some((one) => !one.quiet)" class="vv-empty"><p>{{ nothing || empty }}</p></div>
      <ol ref="list" class="vv-stream" tabindex="-1" :aria-label="title">
        <li v-for="(item, at) in items" :key="item.key" ref="cards" class="vv-card vv-item" :class="[labels ? 'vv-item--many' : 'vv-item--one', item.alert ? 'vv-card--alert' : '', item.quiet ? 'vv-item--quiet' : '', fresh[item.key] ? 'vv-flash' : '']" :data-testid="'item-' + item.key" :tabindex="labels ? (at === inOrder ? 0 : -1) : null" :aria-keyshortcuts="labels ? 'S R O' : null" @focus="current = item.key" @keydown="pressed($event, item, at)">
          <div class="vv-toolbar">
            <a v-if="item.href" class="vv-item__title" :href="item.href">{{ item.title }}</a>
            <span v-else class="vv-item__title">{{ item.title }}</span>
            <span v-if="item.stars" class="vv-stars" role="img" :aria-label="item.stars_text"><span aria-hidden="true">{{ "★".repeat(item.stars) }}<span class="vv-soft">{{ "★".repeat(5 - item.stars) }}</span></span></span>
            <time class="vv-soft vv-small vv-push" :datetime="item.at">{{ item.time }}</time>
          </div>
          <div v-if="item.subtitle || item.chips && item.chips.length" class="vv-item__said">
            <span v-if="item.subtitle" class="vv-soft">{{ item.subtitle }}</span>
            <span v-for="chip in item.chips" :key="chip.text" class="vv-chip" :class="'vv-chip--' + chip.kind">{{ chip.text }}</span>
          </div>
          <p v-if="item.text" class="vv-item__text" dir="auto">{{ item.text }}</p>
          <div v-if="item.reply" class="vv-reply" role="group" :aria-label="item.reply.by" :data-testid="'reply-' + item.key">
            <div class="vv-soft vv-small" dir="auto">{{ item.reply.by }}</div>
            <div v-if="item.reply.outdated" class="vv-small vv-strong" :data-testid="'outdated-' + item.key">{{ item.reply.outdated }}</div>
            <p class="vv-item__text" dir="auto">{{ item.reply.text }}</p>
            <div v-if="labels" class="vv-delivery vv-small" :data-state="item.reply.state" :data-testid="'receipt-' + item.key">{{ item.reply.receipt }}</div>
          </div>
          <form v-if="labels && forms[item.key]" class="vv-reply-form" @submit.prevent="send(item)" @keydown.esc.stop.prevent="close(item)" @keydown.ctrl.enter.prevent="send(item)">
            <label class="vv-small vv-strong" :for="'reply-to-' + item.key">{{ labels.reply_to.replace("{name}", item.title) }}</label>
            <textarea :id="'reply-to-' + item.key" v-model="forms[item.key].text" class="vv-reply-form__text" rows="3" :maxlength="labels.most" dir="auto" :aria-describedby="'reply-help-' + item.key" :data-testid="'reply-text-' + item.key"></textarea>
            <p :id="'reply-help-' + item.key" class="vv-hint vv-small">{{ labels.guidance }}</p>
            <div class="vv-toolbar">
              <button type="submit" class="vv-button vv-button--main" :disabled="!forms[item.key].text.trim() || forms[item.key].busy" :data-testid="'reply-send-' + item.key">{{ labels.send }}</button>
              <button type="button" class="vv-button" @click="close(item)">{{ labels.cancel }}</button>
              <template v-if="item.reply">
                <button v-if="!forms[item.key].sure" type="button" class="vv-button vv-push" @click="forms[item.key].sure = true">{{ labels.take_back }}</button>
                <button v-else type="button" class="vv-button vv-push vv-button--stop" :data-testid="'reply-back-' + item.key" @click="takeBack(item)">{{ labels.sure }}</button>
              </template>
              <span v-if="labels.most - forms[item.key].text.length < left" class="vv-soft vv-small" role="status">{{ labels.left.replace("{count}", number(labels.most - forms[item.key].text.length)) }}</span>
            </div>
          </form>
          <div v-if="item.action && !labels" class="vv-toolbar vv-item__does"><button type="button" class="vv-button" :data-testid="'act-' + item.key" @click="act(item)">{{ item.action }}</button></div>
          <div v-if="labels && !forms[item.key]" class="vv-toolbar vv-item__does">
            <button v-if="item.action" type="button" class="vv-button" :data-testid="'act-' + item.key" @click="act(item)">{{ item.action }}</button>
            <button v-if="item.replies" type="button" class="vv-button" :data-testid="'write-' + item.key" @click="write(item)">{{ item.reply ? labels.change : labels.reply }}</button>
            <a v-for="link in others(item)" :key="link.href" class="vv-quiet" :href="link.href">{{ link.text }}</a>
          </div>
        </li>
      </ol>
    </div>`,
  props: { initial: Array, title: String, empty: String, most: Number, labels: Object },
  data() {
    return { left: LEFT, items: this.initial, fresh: {}, nothing: "", current: null, forms: {} };
  },
  computed: {
    inOrder() { // what is in the tab order: the one that had the focus last, otherwise the first
      return Math.max(0, this.items.findIndex((one) => one.key === this.current));
    },
  },
  created() { // none of it is drawn
    this.asked = {}; // until when what leaves the list has left it because of this page, by key
    this.doubt = doubt();
  },
  methods: {
    act(item) {
      this.asked = { [item.key]: performance.now() + ASKED_MS };
      this.$emit("act", item.as_of ? `${item.key}@${item.as_of}` : item.key);
    },
    pressed(event, item, at) {
      if (!this.labels || /TEXTAREA|INPUT/.test(event.target.tagName)) return;
      const by = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey ? 0 : { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by) {
        this.doubt.end();
        if (this.go(at + by)) event.preventDefault(); // otherwise the page scrolls
        return;
      }
      const does = {
        S: () => item.action && this.act(item), R: () => item.replies && this.write(item), O: () => item.record && location.assign(item.record),
      }[letter(event)];
      if (!does) return;
      event.preventDefault();
      if (event.repeat || this.doubt.of(item.key)) return;
      once(event);
      does();
    },
    go(at) {
      const other = this.$el.querySelectorAll(".vv-stream > li")[at];
      other?.focus();
      return other;
    },
    write(item) {
      this.current = item.key;
      this.forms[item.key] ??= { text: item.reply ? item.reply.text : "", as_of: item.reply ? item.reply.as_of : item.as_of, change: Boolean(item.reply), sure: false, busy: false };
      this.$nextTick(() => this.field(item)?.focus());
    },
    field(item) {
      return this.$el.querySelector(`#reply-to-${item.key}`);
    },
    send(item) {
      const form = this.forms[item.key];
      if (form.busy || !form.text.trim()) return;
      form.busy = true;
      this.$emit("reply", { key: item.key, text: form.text, as_of: form.as_of, change: form.change });
    },
    takeBack(item) {
      this.forms[item.key].busy = true;
      this.$emit("take_back", item.key);
    },
    close({ key }) { // the focus stays where one was
      const inside = this.$el.querySelector(`[data-testid="item-${key}"]`)?.contains(document.activeElement);
      delete this.forms[key];
      if (inside) this.$nextTick(() => this.go(this.items.findIndex((one) => one.key === key)));
    },
    replied(key) {
      this.close({ key });
    },
    refused(key) { // why, is shown by the page; what was typed stays, about what the item says now
      const item = this.items.find((one) => one.key === key), form = this.forms[key];
      if (!item || !form) return;
      Object.assign(form, { busy: false, change: Boolean(item.reply), as_of: item.reply ? item.reply.as_of : item.as_of });
    },
    upsert(item) {
      const at = this.items.findIndex((one) => one.key === item.key);
      if (at >= 0 && item.key === this.current) this.doubt.begin(item.key);
      if (at >= 0) this.items.splice(at, 1, item);
      else this.items = [item, ...this.items].slice(0, this.most);
      this.fresh = { ...this.fresh, [item.key]: true };
      setTimeout(() => { const { [item.key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
      announce([item.title, item.subtitle, item.reply?.outdated, item.reply?.receipt].filter(Boolean).join(": "));
    },
    drop(key) {
      const at = this.items.findIndex((one) => one.key === key);
      const inside = this.$el.querySelector(`[data-testid="item-${key}"]`)?.contains(document.activeElement);
      this.items = this.items.filter((one) => one.key !== key);
      const asked = this.asked[key], next = this.items[Math.min(at, this.items.length - 1)];
      if (inside) this.$nextTick(() => { // whoever works by keyboard goes on with the next, but not because of what others do
        if (!next || !(performance.now() < asked)) return this.$refs.list.focus({ preventScroll: true });
        this.doubt.begin(next.key);
        this.go(this.items.indexOf(next));
      });
    },
    replace(items, nothing) {
      this.items = items;
      this.nothing = nothing ?? this.nothing;
    },
    address(where) {
      history.replaceState(history.state, "", where);
    },
    others(item) { // not to where one is
      return (item.links ?? []).filter((one) => one.href !== location.pathname + location.search);
    },
    number(value) {
      return value.toLocaleString(document.documentElement.lang || undefined);
    },
  },
};
