// A table whose rows are replaced one by one. Cells are values with a kind; texts are escaped by Vue.
export default {
  template: `
    <div class="vv-scroll">
      <table class="vv-table" :aria-label="title">
        <thead><tr><th v-for="column in columns" :key="column.name" scope="col" :class="{'vv-number': column.number}">{{ column.label }}</th></tr></thead>
        <tbody>
          <tr v-for="row in rows" :key="row.key" :class="{'vv-flash': fresh[row.key]}" :data-testid="'row-' + row.key">
            <td v-for="column in columns" :key="column.name" :class="{'vv-number': column.number}">
              <template v-for="cell in [row.cells[column.name]]">
                <span v-if="cell == null" class="vv-soft">{{ unknown }}</span>
                <span v-else-if="cell.chip" class="vv-chip" :class="'vv-chip--' + cell.chip">{{ cell.text }}</span>
                <span v-else-if="cell.meter" class="vv-with-meter">
                  <span class="vv-meter" :class="{'vv-meter--early': cell.early}" role="img" :aria-label="cell.text"
                        :style="{'--low': cell.meter[0], '--mean': cell.meter[1], '--high': cell.meter[2]}"></span>
                  <span class="vv-number" dir="ltr">{{ cell.text }}</span>
                </span>
                <a v-else-if="cell.href" :href="cell.href">{{ cell.text }}</a>
                <template v-else><span :class="{'vv-words': cell.words}">{{ cell.text }}</span><small v-if="cell.more" class="vv-soft vv-more">{{ cell.more }}</small></template>
              </template>
            </td>
          </tr>
        </tbody>
      </table>
      <div v-if="!rows.length" class="vv-empty"><p>{{ empty }}</p></div>
    </div>`,
  props: { initial: Array, columns: Array, title: String, empty: String, unknown: String, most: Number },
  data() {
    return { rows: this.initial, fresh: {} };
  },
  methods: {
    upsert(row) {
      const at = this.rows.findIndex((one) => one.key === row.key);
      if (at < 0) this.rows = [row, ...this.rows].slice(0, this.most);
      else if (JSON.stringify(this.rows[at]) === JSON.stringify(row)) return;
      else this.rows.splice(at, 1, row);
      this.flash(row.key);
    },
    replace(rows) {
      this.rows = rows;
    },
    flash(key) {
      this.fresh = { ...this.fresh, [key]: false };
      this.$nextTick(() => (this.fresh = { ...this.fresh, [key]: true }));
      setTimeout(() => { const { [key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
    },
  },
};
