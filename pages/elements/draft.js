// What becomes of a draft, in one line that is said politely. Texts are escaped by Vue.
export default {
  template: `
    <section class="vv-draft" :class="said.kind && 'vv-draft--' + said.kind" :aria-label="label" v-show="said.text || said.others.length" data-testid="draft" :data-kind="said.kind">
      <p role="status" dir="auto">{{ said.text }}</p>
      <span v-if="said.actions.length" class="vv-toolbar">
        <button v-for="one in said.actions" :key="one.does" type="button" class="vv-quiet" :data-testid="'draft-' + one.does" @click="act(one.does, $event)">{{ one.label }}</button>
      </span>
      <span v-if="said.others.length" class="vv-toolbar vv-draft__others">
        <button v-for="one in said.others" :key="one.does" type="button" class="vv-quiet" :data-testid="'draft-' + one.does" @click="act(one.does, $event)"><bdi>{{ one.label }}</bdi></button>
      </span>
    </section>`,
  props: { label: String, initial: Object },
  data() {
    return { said: this.initial };
  },
  methods: {
    act(does) {
      this.$emit("do", does);
    },
    show(said) {
      const inside = this.$el.contains(document.activeElement);
      this.said = said;
      if (inside) this.$nextTick(() => { if (!this.$el.contains(document.activeElement)) this.$el.querySelector("button")?.focus(); });
    },
    about(patient) {
      history.replaceState(history.state, "", patient ? `/intake?patient=${Number(patient)}` : "/intake");
    },
  },
};
