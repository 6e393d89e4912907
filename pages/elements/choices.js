// Questions beside each other, each with its answers to choose from. What is shown as chosen is what the page says, not what was
// pressed: an answer that is refused is not shown. Texts are escaped by Vue.
export default {
  template: `
    <div class="vv-consents">
      <div v-for="one in choices" :key="one.key" class="vv-consent" role="group" :aria-label="one.title" :data-testid="'choice-' + one.key">
        <span class="vv-strong">{{ one.title }}</span>
        <div class="vv-choices">
          <button v-for="answer in answers" :key="answer.key" type="button" class="vv-choice__answer" :disabled="!enabled"
                  :aria-pressed="one.chosen === answer.key ? 'true' : 'false'" :data-testid="'choice-' + one.key + '-' + answer.key"
                  @click="$emit('choose', [one.key, answer.key])">{{ answer.text }}</button>
        </div>
        <span class="vv-soft vv-small" aria-live="polite">{{ one.said }}</span>
      </div>
    </div>`,
  props: { initial: Array, answers: Array, enabled: Boolean },
  data() {
    return { choices: this.initial };
  },
  methods: {
    replace(choices) {
      this.choices = choices;
    },
  },
};
