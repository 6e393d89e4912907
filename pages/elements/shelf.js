// A list of short rows to choose from, a page of it at a time. Texts are escaped by Vue.
import { announce } from "/static/announce.js";
import { said } from "/static/english.js";

export default {
  template: `
    <section class="vv-shelf" :aria-label="title">
      <p class="vv-soft vv-small" :class="{'vv-hidden': !page.count}">{{ page.count || empty }}</p>
      <p v-if="page.others.length" class="vv-toolbar vv-small" data-testid="elsewhere"><span class="vv-soft">{{ labels.elsewhere }}</span>
        <button v-for="one in page.others" :key="one.set" type="button" class="vv-quiet" @click="$emit('other', one.set)">{{ one.text }}</button></p>
      <ul v-if="page.items.length">
        <li v-for="one in page.items" :key="one.key">
          <a :href="one.href" class="vv-shelf__row" :aria-current="one.key === page.chosen ? 'true' : null" :data-testid="'row-' + one.key" @click.prevent="$emit('choose', one.key)">
            <span class="vv-shelf__title"><bdi class="vv-words">{{ one.title }}</bdi><span v-if="one.chip" class="vv-chip" :class="'vv-chip--' + one.chip">{{ one.chip_text }}</span></span>
            <span v-if="one.more" class="vv-soft vv-small vv-words"><said :text="one.more" /></span>
            <span class="vv-soft vv-small vv-shelf__review">{{ one.review }}<template v-if="one.own"> · <strong>{{ one.own }}</strong></template></span>
          </a>
        </li>
      </ul>
      <div v-else class="vv-empty" aria-hidden="true"><p>{{ empty }}</p></div>
      <div class="vv-toolbar vv-actions">
        <button v-if="page.before !== null" type="button" class="vv-button" data-testid="page-before" @click="$emit('turn', page.before)">{{ labels.before }}</button>
        <button v-if="page.next !== null" type="button" class="vv-button" data-testid="page-next" @click="$emit('turn', page.next)">{{ labels.next }}</button>
      </div>
    </section>`,
  components: { said },
  props: { initial: Object, title: String, empty: String, labels: Object },
  data() {
    return { page: this.initial };
  },
  methods: {
    replace(page) {
      this.page = page;
      announce(page.count || this.empty);
    },
    choose(key, address) {
      this.page = { ...this.page, chosen: key };
      history.replaceState(history.state, "", address);
    },
  },
};
