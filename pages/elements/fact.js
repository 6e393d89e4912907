// One row of the knowledge with everything that is said of it, and where each of it comes from. Texts are escaped by Vue.
import { said } from "/static/english.js";

export default {
  template: `
    <article v-if="fact" class="vv-card vv-fact" data-testid="fact-card" tabindex="-1" ref="card">
      <p class="vv-soft vv-small">{{ fact.set }}</p>
      <h2 class="vv-title vv-h2"><bdi class="vv-words">{{ fact.title }}</bdi></h2>
      <p class="vv-toolbar">
        <span v-for="mark in fact.marks" :key="mark.text" class="vv-chip" :class="'vv-chip--' + mark.chip">{{ mark.text }}</span>
      </p>
      <p v-if="fact.warning" class="vv-problem" role="note">{{ fact.warning }} <span dir="auto" class="vv-fact__why"><said :text="fact.why" /></span></p>
      <dl v-if="fact.names.length" class="vv-fact__names">
        <template v-for="name in fact.names" :key="name.label"><dt>{{ name.label }}</dt><dd :lang="name.lang" :dir="name.dir">{{ name.text }}</dd></template>
      </dl>
      <dl v-if="fact.facts.length" class="vv-fact__facts">
        <template v-for="one in fact.facts" :key="one[0]"><dt>{{ one[0] }}</dt><dd class="vv-words"><said :text="one[1]" /></dd></template>
      </dl>
      <section v-for="section in fact.sections" :key="section.title" :aria-label="section.title">
        <h3 class="vv-h3">{{ section.title }}</h3>
        <p v-if="section.remark" class="vv-small vv-soft">{{ section.remark }}</p>
        <ul>
          <li v-for="(line, at) in section.lines" :key="at">
            <span class="vv-fact__line"><span v-if="line.chip" class="vv-chip" :class="'vv-chip--' + line.chip">{{ line.chip_text }}</span>
            <a v-if="line.href" :href="line.href" class="vv-words" @click.prevent="$emit('open', [line.set, line.row])">{{ line.text }}</a>
            <span v-else class="vv-words">{{ line.text }}</span><span v-if="line.beside" class="vv-soft vv-small vv-push">{{ line.beside }}</span></span>
            <span v-if="line.effect" class="vv-words"><said :text="line.effect" /></span>
            <small v-if="line.more" class="vv-soft vv-words"><said :text="line.more" /></small>
            <small v-if="line.note" class="vv-soft vv-words"><said :text="line.note" /></small>
          </li>
        </ul>
      </section>
      <section :aria-label="labels.sources">
        <h3 class="vv-h3">{{ labels.sources }}</h3>
        <ul>
          <li v-for="source in fact.sources" :key="source.key">
            <span class="vv-words"><said :text="source.title" /></span>
            <small class="vv-soft vv-words vv-break"><said :text="source.where" /></small>
            <small :class="{'vv-fact__unread': !source.read}">{{ source.said }}</small>
          </li>
        </ul>
        <p v-if="fact.note" class="vv-small vv-words"><strong>{{ labels.note }}</strong> <said :text="fact.note" /></p>
        <p class="vv-small"><strong>{{ fact.review }}</strong></p>
        <p v-if="fact.origin" class="vv-small" data-testid="origin">{{ fact.origin }}</p>
      </section>
    </article>
    <div v-else class="vv-empty"><p>{{ labels.empty }}</p></div>`,
  components: { said },
  props: { initial: Object, labels: Object },
  data() {
    return { fact: this.initial };
  },
  mounted() {
    this.look(); // an address that names a row is about that row
  },
  methods: {
    replace(fact, look) {
      this.fact = fact;
      if (look) this.$nextTick(() => {
        this.look();
        this.$refs.card?.focus({ preventScroll: true });
      });
    },
    look() { // where the card is below the list, or has been scrolled away
      const card = this.$refs.card;
      const { top } = card?.getBoundingClientRect() ?? { top: 0 };
      if (card && (top < 0 || top > innerHeight * 0.7)) card.scrollIntoView({ block: "start" });
    },
  },
};
