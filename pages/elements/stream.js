// What happened, newest first: a card an item. A new item comes in on top and flashes; nothing else moves or is rebuilt.
import { announce } from "/static/announce.js";

export default {
  template: `
    <div>
      <div v-if="!items.some((one) => !one.quiet)" class="vv-empty"><p>{{ empty }}</p></div>
      <ol class="vv-stream" :aria-label="title">
        <li v-for="item in items" :key="item.key" class="vv-card vv-item" :class="[item.alert ? 'vv-card--alert' : '', item.quiet ? 'vv-item--quiet' : '', fresh[item.key] ? 'vv-flash' : '']" :data-testid="'item-' + item.key">
          <div class="vv-toolbar">
            <a v-if="item.href" class="vv-item__title" :href="item.href">{{ item.title }}</a>
            <span v-else class="vv-item__title">{{ item.title }}</span>
            <span v-if="item.stars" class="vv-stars" role="img" :aria-label="item.stars_text"><span aria-hidden="true">{{ "★".repeat(item.stars) }}<span class="vv-soft">{{ "★".repeat(5 - item.stars) }}</span></span></span>
            <time class="vv-soft vv-small vv-push" :datetime="item.at">{{ item.time }}</time>
          </div>
          <div v-if="item.subtitle" class="vv-soft">{{ item.subtitle }}</div>
          <p v-if="item.text" class="vv-item__text" dir="auto">{{ item.text }}</p>
          <div v-if="item.action || (item.chips && item.chips.length)" class="vv-toolbar vv-chips">
            <span v-for="chip in item.chips" :key="chip.text" class="vv-chip" :class="'vv-chip--' + chip.kind" dir="auto">{{ chip.text }}</span>
            <button v-if="item.action" type="button" class="vv-button vv-push" :data-testid="'act-' + item.key" @click="act(item)">{{ item.action }}</button>
          </div>
        </li>
      </ol>
    </div>`,
  props: { initial: Array, title: String, empty: String, most: Number },
  data() {
    return { items: this.initial, fresh: {} };
  },
  methods: {
    act(item) {
      this.$emit("act", item.as_of ? `${item.key}@${item.as_of}` : item.key);
    },
    upsert(item) {
      const at = this.items.findIndex((one) => one.key === item.key);
      if (at >= 0) this.items.splice(at, 1, item);
      else this.items = [item, ...this.items].slice(0, this.most);
      this.fresh = { ...this.fresh, [item.key]: true };
      setTimeout(() => { const { [item.key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
      announce(`${item.title}: ${item.subtitle || ""}`);
    },
    drop(key) {
      this.items = this.items.filter((one) => one.key !== key);
    },
    replace(items) {
      this.items = items;
    },
  },
};
