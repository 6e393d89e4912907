// A table whose rows are replaced one by one. Cells are values with a kind; texts are escaped by Vue.
import { announce } from "/static/announce.js";

export default {
  template: `
    <div class="vv-scroll">
      <table class="vv-table" :class="{'vv-table--opens': opens}" :aria-label="title">
        <thead><tr>
          <th v-if="opens" class="vv-open-column"><span class="vv-hidden">{{ opens }}</span></th>
          <th v-for="column in columns" :key="column.name" scope="col" :class="{'vv-number': column.number}">{{ column.label }}</th>
        </tr></thead>
        <tbody>
          <template v-for="row in rows" :key="row.key">
          <tr :class="{'vv-flash': fresh[row.key]}" :data-testid="'row-' + row.key" @click="clicked($event, row.key)">
            <td v-if="opens" class="vv-open-column"><button type="button" class="vv-open" :aria-expanded="opened === row.key ? 'true' : 'false'" :aria-label="opens + ': ' + first(row)" :data-testid="'open-' + row.key" @click.stop="toggle(row.key)"></button></td>
            <td v-for="column in columns" :key="column.name" :class="{'vv-number': column.number, 'vv-short': column.short}" :data-label="column.label">
              <template v-for="cell in [row.cells[column.name]]">
                <span v-if="cell == null" class="vv-soft">{{ unknown }}</span>
                <a v-else-if="cell.chip && cell.href" class="vv-chip" :class="'vv-chip--' + cell.chip" :href="cell.href">{{ cell.text }}</a>
                <span v-else-if="cell.chip" class="vv-chip" :class="'vv-chip--' + cell.chip">{{ cell.text }}</span>
                <span v-else-if="cell.meter" class="vv-with-meter">
                  <span class="vv-meter" :class="{'vv-meter--early': cell.early}" role="img" :aria-label="cell.text"
                        :style="{'--low': cell.meter[0], '--mean': cell.meter[1], '--high': cell.meter[2]}"></span>
                  <span class="vv-number" dir="ltr">{{ cell.text }}</span>
                </span>
                <a v-else-if="cell.href" :href="cell.href">{{ cell.text }}</a>
                <span v-else :class="{'vv-words': cell.words}">{{ cell.text }}</span>
                <small v-if="cell && cell.more" class="vv-soft vv-more">{{ cell.more }}</small>
              </template>
            </td>
          </tr>
          <tr v-if="opened === row.key" class="vv-opened" :data-testid="'detail-' + row.key">
            <td :colspan="columns.length + 1">
              <dl :aria-busy="lines === null ? 'true' : null">
                <template v-for="line in lines || []" :key="line.label">
                  <dt>{{ line.label }}</dt>
                  <dd><p v-for="text in line.texts" :key="text" class="vv-words">{{ text }}</p><a v-if="line.href" :href="line.href">{{ line.link }}</a></dd>
                </template>
              </dl>
            </td>
          </tr>
          </template>
        </tbody>
      </table>
      <div v-if="!rows.length" class="vv-empty"><p>{{ empty }}</p></div>
    </div>`,
  props: { initial: Array, columns: Array, title: String, empty: String, unknown: String, most: Number, opens: String },
  data() {
    return { rows: this.initial, fresh: {}, opened: null, lines: null };
  },
  methods: {
    upsert(row) {
      const at = this.rows.findIndex((one) => one.key === row.key);
      if (at < 0) this.rows = [row, ...this.rows].slice(0, this.most);
      else if (JSON.stringify(this.rows[at]) === JSON.stringify(row)) return;
      else this.rows.splice(at, 1, row);
      this.flash(row.key);
      announce(this.first(row));
    },
    replace(rows) {
      this.rows = rows;
    },
    first(row) {
      return (row.cells[this.columns[0].name] || {}).text || "";
    },
    clicked(event, key) { // text that somebody marks to copy it is no click
      if (this.opens && !event.target.closest("a, button") && !String(getSelection())) this.toggle(key);
    },
    toggle(key) {
      this.lines = null;
      this.opened = this.opened === key ? null : key;
      this.$emit("open", this.opened);
    },
    tell(key, lines) {
      if (this.opened === key) this.lines = lines;
    },
    flash(key) {
      this.fresh = { ...this.fresh, [key]: false };
      this.$nextTick(() => (this.fresh = { ...this.fresh, [key]: true }));
      setTimeout(() => { const { [key]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
    },
  },
};
