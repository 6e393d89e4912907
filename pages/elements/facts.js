// Short facts beside each other, each with what it is called. Texts are escaped by Vue.
export default {
  template: `
    <dl class="vv-facts">
      <div v-for="fact in facts" :key="fact[0]"><dt>{{ fact[0] }}</dt><dd dir="auto">{{ fact[1] }}</dd></div>
    </dl>`,
  props: { initial: Array },
  data() {
    return { facts: this.initial };
  },
  methods: {
    replace(facts) {
      this.facts = facts;
    },
  },
};
