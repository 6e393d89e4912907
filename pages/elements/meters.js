// What the program counts. It asks for new values every few seconds, as long as the page is there to be seen.
export default {
  template: `
    <div class="vv-meters">
      <p class="vv-meters__state" role="status" data-testid="looks"><span class="vv-chip" :class="looks.length ? 'vv-chip--major' : 'vv-chip--approved'">{{ looks.length ? words.look_at : words.fine }}</span>
        <template v-for="one in looks" :key="one.key"> <a :href="'#meter-' + one.key">{{ one.name }}</a></template></p>
      <section v-for="group in groups" :key="group.key" :aria-labelledby="'meters-' + group.key">
        <h2 :id="'meters-' + group.key" class="vv-title vv-h2">{{ group.title }}</h2>
        <dl class="vv-meters__all">
          <div v-for="one in group.meters" :key="one.key" :id="'meter-' + one.key" class="vv-card vv-meters__one" :class="{'vv-meters__one--look': one.look}" :data-testid="'meter-' + one.key">
            <dt>{{ one.name }} <span v-if="one.look" class="vv-chip vv-chip--major">{{ words.look }}</span></dt>
            <dd class="vv-meters__value" :class="{'vv-soft': one.unknown}"><bdi>{{ one.value }}</bdi> <small v-if="one.unit" class="vv-soft">{{ one.unit }}</small></dd>
            <dd v-if="one.note" class="vv-small">{{ one.note }}</dd>
            <dd class="vv-soft vv-small">{{ one.means }}</dd>
            <dd v-if="one.limit" class="vv-soft vv-small">{{ one.limit }}</dd>
            <dd v-if="one.parts.length" class="vv-meters__parts"><details><summary>{{ words.parts }}<span class="vv-hidden">: {{ one.name }}</span></summary><ul><li v-for="part in one.parts" :key="part[0]"><span>{{ part[0] }}</span> <span class="vv-number">{{ part[1] }}</span></li></ul></details></dd>
          </div>
        </dl>
      </section>
    </div>`,
  props: { initial: Array, words: Object, seconds: Number },
  data() {
    return { groups: this.initial, timer: null };
  },
  computed: {
    looks() {
      return this.groups.flatMap((group) => group.meters.filter((one) => one.look));
    },
  },
  mounted() {
    this.timer = setInterval(() => this.ask(), this.seconds * 1000);
    document.addEventListener("visibilitychange", this.ask);
  },
  unmounted() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.ask);
  },
  methods: {
    ask() {
      if (document.visibilityState === "visible") this.$emit("ask");
    },
    change(changed) {
      const by = new Map(changed.map((one) => [one.key, one]));
      for (const group of this.groups) for (const one of group.meters) if (by.has(one.key)) Object.assign(one, by.get(one.key));
    },
  },
};
