// The next question with its three answers. Y, N and U answer while the focus is in it; by the place of the key where another
// script is typed. Texts are escaped by Vue.
import { letter } from "/static/letters.js";

const KEYS = { Y: "yes", N: "no", U: "unknown" };
export default {
  template: `
    <article v-show="asked.id" class="vv-card vv-card--accent vv-question" data-testid="question" :data-id="asked.id" @keydown="key">
      <p class="vv-soft vv-small">{{ labels.next }}</p>
      <p class="vv-strong" dir="auto" data-testid="next-question" aria-live="polite">{{ asked.text }}</p>
      <p class="vv-small" dir="auto" data-testid="why">{{ asked.why }}</p>
      <div class="vv-toolbar" role="group" :aria-label="asked.text">
        <button v-for="(answer, letter) in keys" :key="letter" type="button" class="vv-button" :data-testid="'answer-' + answer" :data-key="answer" :aria-keyshortcuts="letter + ' Alt+' + letter" @click="say(answer)">{{ labels[answer] }} <kbd aria-hidden="true">{{ letter }}</kbd></button>
      </div>
    </article>`,
  props: { labels: Object, initial: Object },
  data() {
    return { asked: this.initial, keys: KEYS };
  },
  methods: {
    ask(asked) {
      this.asked = asked;
    },
    say(answer) {
      if (this.asked.id) this.$emit("answer", { id: this.asked.id, answer });
    },
    key(event) {
      const answer = event.repeat ? "" : KEYS[letter(event)];
      if (!answer) return;
      event.preventDefault();
      this.say(answer);
    },
  },
};
