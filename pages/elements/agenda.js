// What a day has, in groups. A long group shows its first lines and the rest on demand.
const FIRST = 5;
export default {
  template: `
    <div class="vv-card vv-agenda">
      <section v-for="group in groups" :key="group.key" :aria-labelledby="'agenda-' + group.key" :data-testid="'agenda-' + group.key">
        <h3 :id="'agenda-' + group.key"><span>{{ group.title }}</span> <span class="vv-agenda__count vv-number">{{ group.count }}</span></h3>
        <p v-if="!group.lines.length" class="vv-soft vv-small">{{ group.empty }}</p>
        <ul v-if="group.lines.length">
          <li v-for="line in shown(group)" :key="line.key" :class="{'vv-flash': fresh[group.key + line.key]}">
            <a :href="line.href" class="vv-item__title">{{ line.title }}</a>
            <span v-if="line.text" class="vv-soft vv-small" dir="auto">{{ line.text }}</span>
            <span class="vv-push vv-agenda__end"><component :is="line.chip.href ? 'a' : 'span'" v-if="line.chip" class="vv-chip" :class="'vv-chip--' + line.chip.kind" :href="line.chip.href">{{ line.chip.text }}</component><span v-if="line.time" class="vv-soft vv-small vv-number">{{ line.time }}</span></span>
          </li>
        </ul>
        <button v-if="group.lines.length > first" type="button" class="vv-quiet" :aria-expanded="whole[group.key] ? 'true' : 'false'" @click="whole = { ...whole, [group.key]: !whole[group.key] }">{{ whole[group.key] ? group.fewer : group.all }}</button>
      </section>
    </div>`,
  props: { initial: Array },
  data() {
    return { groups: this.initial, whole: {}, fresh: {}, first: FIRST };
  },
  methods: {
    shown(group) {
      return this.whole[group.key] ? group.lines : group.lines.slice(0, FIRST);
    },
    change(changed) {
      const by = new Map(changed.map((one) => [one.key, one]));
      for (const before of this.groups) {
        const after = by.get(before.key);
        const known = new Map(before.lines.map((one) => [one.key, JSON.stringify(one)]));
        for (const line of after ? after.lines : []) if (known.get(line.key) !== JSON.stringify(line)) this.flash(before.key + line.key);
      }
      this.groups = this.groups.map((one) => by.get(one.key) || one);
    },
    flash(key) {
      this.fresh = { ...this.fresh, [key]: true };
      setTimeout(() => { const { [key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
    },
  },
};
