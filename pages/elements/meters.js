// What the program counts. It asks for new values every few seconds, as long as the page is there to be seen.
export default {
  template: `
    <div class="vv-meters">
      <p class="vv-meters__state" role="status" data-testid="looks"><span class="vv-chip" :class="looks.length ? 'vv-chip--major' : 'vv-chip--approved'">{{ looks.length ? words.look_at : words.fine }}</span>
        <template v-for="one in looks" :key="one.key"> <a :href="'#meter-' + one.key" @click="show(one)">{{ one.name }}</a></template></p>
      <details v-for="group in groups" :key="group.key" class="vv-card vv-meters__group" :open="open[group.key]" :data-testid="'meters-' + group.key" @toggle="open[group.key] = $event.target.open">
        <summary><h2 class="vv-title vv-h3">{{ group.title }}</h2>
          <span v-if="wanting(group)" class="vv-chip vv-chip--major">{{ words.look }}</span>
          <span v-if="!open[group.key]" class="vv-meters__gist"><span v-for="one in gist(group)" :key="one.key" class="vv-small"><span class="vv-soft">{{ one.name }}</span> <strong class="vv-number"><bdi>{{ one.value }}</bdi> {{ one.unit }}</strong></span></span></summary>
        <dl class="vv-meters__all">
          <div v-for="one in group.meters" :key="one.key" :id="'meter-' + one.key" class="vv-meters__one" :class="{'vv-meters__one--look': one.look}" :data-testid="'meter-' + one.key">
            <dt>{{ one.name }} <span v-if="one.look" class="vv-chip vv-chip--major">{{ words.look }}</span></dt>
            <dd class="vv-meters__value" :class="{'vv-soft': one.unknown}"><bdi>{{ one.value }}</bdi> <small v-if="one.unit" class="vv-soft">{{ one.unit }}</small><small v-if="one.note" class="vv-soft vv-meters__hour">{{ one.note }}</small></dd>
            <dd class="vv-soft vv-small vv-meters__means">{{ one.means }} <span v-if="one.limit" class="vv-meters__limit">{{ one.limit }}</span>
              <details v-if="one.parts.length" class="vv-meters__parts"><summary>{{ words.parts }}<span class="vv-hidden">: {{ one.name }}</span></summary><ul><li v-for="part in one.parts" :key="part[0]"><span>{{ part[0] }}</span> <span class="vv-number">{{ part[1] }}</span></li></ul></details></dd>
          </div>
        </dl>
      </details>
    </div>`,
  props: { initial: Array, words: Object, seconds: Number },
  data() {
    return { groups: this.initial, timer: null, open: Object.fromEntries(this.initial.map((group) => [group.key, this.wanting(group)])) };
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
    wanting(group) {
      return group.meters.some((one) => one.look);
    },
    gist(group) { // what a folded group says in its line: what is there to be counted, not what never happened
      return group.meters.filter((one) => one.main);
    },
    show(one) {
      this.open[this.groups.find((group) => group.meters.includes(one)).key] = true;
    },
    ask() {
      if (document.visibilityState === "visible") this.$emit("ask");
    },
    change(changed) {
      const by = new Map(changed.map((one) => [one.key, one]));
      for (const group of this.groups) for (const one of group.meters) if (by.has(one.key)) {
        const calm = !one.look;
        Object.assign(one, by.get(one.key));
        if (calm && one.look) this.open[group.key] = true; // a trouble that begins is seen; one that somebody folded away stays so
      }
    },
  },
};
