// Short cards: a title, a word beside it, some lines, and a mark, one thing to do, or where to do it. Texts are escaped by Vue.
import { said } from "/static/english.js";

export default {
  template: `
    <div class="vv-notes">
      <p v-if="!notes.length && empty" class="vv-empty">{{ empty }}</p>
      <article v-for="note in notes" :key="note.key" class="vv-card vv-note" :class="{'vv-card--accent': note.mark}">
        <div class="vv-toolbar">
          <span class="vv-strong" dir="auto">{{ note.title }}</span>
          <span v-if="note.chip" class="vv-chip vv-push" :class="'vv-chip--' + note.chip.kind">{{ note.chip.text }}</span>
          <span v-if="note.beside" class="vv-push vv-soft vv-number">{{ note.beside }}</span>
        </div>
        <p v-for="line in note.lines" :key="line" class="vv-small vv-words"><said :text="line" /></p>
        <div v-for="one in note.verdicts || []" :key="one.kind" class="vv-note__verdict" :data-testid="'foreseen-' + note.key + '-' + one.kind">
          <span class="vv-chip" :class="'vv-chip--' + one.kind">{{ one.label }}</span> <span class="vv-small vv-words">{{ one.text }}</span>
          <p v-if="one.why" class="vv-small vv-soft"><said :text="one.why" /></p>
        </div>
        <p v-if="note.foot" class="vv-small vv-soft">{{ note.foot }}</p>
        <span v-if="note.mark" class="vv-chip vv-chip--approved">{{ note.mark }}</span>
        <button v-else-if="note.action" type="button" class="vv-button" :aria-label="note.action + ': ' + note.title" :data-testid="'choose-' + note.key" @click="$emit('choose', note.key)">{{ note.action }}</button>
        <a v-if="note.href" :href="note.href" class="vv-small" :data-testid="'go-' + note.key">{{ note.link }}</a>
      </article>
    </div>`,
  components: { said },
  props: { initial: Array, empty: String },
  data() {
    return { notes: this.initial };
  },
  methods: {
    replace(notes) {
      this.notes = notes;
    },
  },
};
