// The processes of the program; on a narrow screen each becomes a card of its own.
export default {
  template: `
    <section class="vv-processes" aria-labelledby="processes-title">
      <h2 id="processes-title" class="vv-title vv-h2">{{ words.title }}</h2>
      <p class="vv-soft vv-small">{{ words.means }}</p>
      <div class="vv-scroll vv-stacks" tabindex="0" role="group" :aria-label="words.title">
        <table class="vv-table">
          <thead><tr><th v-for="column in columns" :key="column" scope="col" :class="{'vv-number': counted.has(column)}">{{ words[column] }}</th></tr></thead>
          <tbody>
            <tr v-for="one in lines" :key="one.key" :data-testid="'process-' + one.key">
              <th scope="row"><bdi>{{ one.name }}</bdi> <small v-if="one.note" class="vv-soft">{{ one.note }}</small> <small v-if="one.leads" class="vv-soft">{{ one.leads }}</small></th>
              <td :data-label="words.state"><span class="vv-chip" :class="one.gone ? 'vv-chip--major' : 'vv-chip--approved'">{{ one.state }}</span></td>
              <td v-for="column in columns.slice(2)" :key="column" :data-label="words[column]" :class="{'vv-number': counted.has(column)}"><bdi>{{ one[column] }}</bdi></td>
            </tr>
          </tbody>
        </table>
      </div>
    </section>`,
  props: { initial: Array, words: Object },
  data() {
    return {
      lines: this.initial,
      columns: ["name", "state", "version", "started", "connections", "pages", "lag", "position"],
      counted: new Set(["connections", "pages", "lag", "position"]),
    };
  },
  methods: {
    change(lines) {
      this.lines = lines;
    },
  },
};
