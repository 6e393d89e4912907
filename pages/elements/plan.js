// The recommendations of one diagnosis: what, how much, why, what the gate says, what is known; with what can be done.
import { announce } from "/static/announce.js";
import { parts } from "/static/english.js";

const SETTLE_MS = 1000; // a key that was meant for the card before decides nothing about the one that has the focus now

export default {
  template: `
    <div>
      <nav v-if="groups.length > 1" class="vv-jump" :aria-label="labels.jump" data-testid="jump">
        <a v-for="group in groups" :key="group.kind" :href="'#plan-' + group.kind">{{ group.label }} <span class="vv-soft vv-number">{{ number(group.items.length) }}</span></a>
      </nav>
      <p v-if="items.length" class="vv-soft vv-small vv-keys"><template v-for="one in labels.keys" :key="one[0]"><kbd>{{ one[0] }}</kbd> {{ one[1] }} </template></p>
      <section v-for="group in groups" :key="group.kind" :id="'plan-' + group.kind" class="vv-group" :aria-label="group.label">
        <h3 class="vv-h3">{{ group.label }}</h3>
        <div class="vv-plan">
          <article v-for="one in group.items" :key="one.id" class="vv-card vv-option" :class="[known(one) ? '' : 'vv-option--advice', fresh[one.id] ? 'vv-flash' : '', one.danger ? 'vv-option--danger' : '', one.status === 'approved' ? 'vv-card--accent' : '', one.status === 'stopped' && one.delivery?.state !== 'waits' && one.delivery?.state !== 'no_phone' ? 'vv-option--stopped' : '']" :data-testid="'recommendation-' + one.id" :data-status="one.status" :data-id="one.id" :tabindex="one.id === inOrder ? 0 : -1" :aria-label="one.name" aria-keyshortcuts="J K A D S U" @focusin="current = one.id" @keydown="pressed($event, one)">
            <div class="vv-toolbar">
              <strong class="vv-option__name" dir="auto">{{ one.name }}</strong>
              <span class="vv-push vv-toolbar">
                <span class="vv-chip" :class="'vv-chip--' + one.verdict">{{ labels.verdicts[one.verdict] }}</span>
                <span class="vv-chip" :class="'vv-chip--' + one.status">{{ labels.statuses[one.status] }}</span>
              </span>
            </div>
            <p v-if="one.danger" class="vv-danger" role="alert" :data-testid="'danger-' + one.id"><strong>{{ labels.danger }}</strong> {{ one.danger }}</p>
            <div v-if="one.dose_text || one.identity.length || one.follow_up" class="vv-option__line">
            <p v-if="one.dose_text" class="vv-option__dose"><bdi dir="auto">{{ one.dose_text }}</bdi></p>
            <p v-if="one.identity.length" class="vv-soft vv-identity" :data-testid="'identity-' + one.id"><template v-for="(part, at) in one.identity" :key="at"><template v-if="at"> · </template><bdi :lang="part.lang" :dir="part.dir">{{ part.text }}</bdi></template></p>
            <p v-if="one.follow_up" class="vv-soft vv-small">{{ one.follow_up }}</p>
            </div>
            <p v-if="one.herbs" class="vv-small vv-words"><strong>{{ labels.herbs }}</strong> <bdi>{{ one.herbs }}</bdi></p>
            <p v-if="one.text && one.text !== one.dose_text" class="vv-option__text">{{ one.text }}</p>
            <ul v-if="one.reasons.length" class="vv-reasons vv-option__why"><li v-for="reason in one.reasons" :key="reason">{{ reason }}</li></ul>
            <p v-if="one.news" class="vv-news" :data-testid="'news-' + one.id">{{ one.news }}</p>
            <details v-if="one.gate.rows.length || one.gate.folded.length" class="vv-gate" :open="['block', 'major', 'unknown'].includes(one.verdict) || !!one.danger">
              <summary>{{ one.gate_text }}</summary>
              <ul class="vv-gate__rows">
                <li v-for="row in one.gate.rows" :key="row.verdict + row.title + row.keys" :data-testid="'gate-' + one.id">
                  <div class="vv-gate__head">
                    <span class="vv-chip" :class="'vv-chip--' + row.verdict">{{ labels.verdicts[row.verdict] }}</span>
                    <strong>{{ row.title }}</strong><span v-if="row.count" class="vv-soft">× {{ row.count }}</span>
                    <span v-if="row.read" class="vv-soft vv-push">✓ {{ labels.was_read }}</span>
                    <button v-else-if="row.verdict !== 'block' && row.verdict !== 'nothing_documented' && one.status !== 'stopped'" type="button" class="vv-quiet vv-push" :aria-label="labels.read + ': ' + row.title" @click="$emit('read', [one.id, row.keys])">{{ labels.read }}</button>
                  </div>
                  <p v-for="reason in row.reasons" :key="reason.text"><template v-for="(part, at) in parts(reason.text)" :key="at"><bdi v-if="part.english" lang="en" dir="ltr">{{ part.text }}</bdi><template v-else>{{ part.text }}</template></template> <small v-for="said in reason.where" :key="said" class="vv-soft vv-gate__source"><template v-for="(part, at) in parts(said)" :key="at"><bdi v-if="part.english" lang="en" dir="ltr">{{ part.text }}</bdi><template v-else>{{ part.text }}</template></template></small></p>
                </li>
              </ul>
              <details v-if="one.gate.folded.length" class="vv-gate__folded"><summary>{{ labels.folded }} ({{ one.gate.folded.length }})</summary>
                <ul class="vv-reasons"><li v-for="row in one.gate.folded" :key="row.keys"><span class="vv-chip" :class="'vv-chip--' + row.verdict">{{ labels.verdicts[row.verdict] }}</span> {{ row.title }}: {{ row.reasons.map((reason) => reason.text).join(" ") }}</li></ul>
              </details>
            </details>
            <p v-if="one.delivery" class="vv-delivery" :data-state="one.delivery.state" :data-testid="'delivery-' + one.id">{{ one.delivery.text }}</p>
            <p v-if="one.override_reason" class="vv-small"><strong>{{ labels.override }}</strong> <bdi>{{ one.override_reason }}</bdi></p>
            <p v-if="one.stop_reason" class="vv-small"><strong>{{ labels.stopped_because }}</strong> <bdi>{{ one.stop_reason }}</bdi>
              <button v-if="undoable(one)" type="button" class="vv-quiet" :data-testid="'undo-' + one.id" :aria-label="labels.undo + ': ' + one.name" @click="$emit('undo', one.id)">{{ labels.undo }}</button></p>
            <div class="vv-option__foot">
            <dl class="vv-known" v-if="known(one)">
              <dt>{{ labels.effectiveness }}</dt>
              <dd>
                <template v-if="one.known">
                  <span class="vv-meter" :class="{'vv-meter--early': one.known.early}" role="img" :aria-label="one.known.text" :style="{'--low': one.known.low, '--mean': one.known.mean, '--high': one.known.high}"></span>
                  <span class="vv-small" :data-testid="'known-' + one.id">{{ one.known.text }}</span>
                </template>
                <span v-else class="vv-soft" :data-testid="'few-' + one.id">{{ one.too_few || labels.unknown }}</span>
              </dd>
              <dt>{{ labels.prediction }}</dt>
              <dd><details v-if="one.prediction" class="vv-why" :data-testid="'why-' + one.id"><summary class="vv-small">{{ one.prediction.text }} <span class="vv-soft">{{ labels.why }}</span></summary>
                <p class="vv-soft vv-small">{{ one.prediction.by }}</p>
                <ul class="vv-reasons"><li v-for="reason in one.prediction.reasons" :key="reason">{{ reason }}</li></ul></details><span v-else class="vv-soft">{{ labels.unknown }}</span></dd>
            </dl>
            <div class="vv-toolbar vv-actions">
              <button v-if="one.danger" type="button" class="vv-button" :data-testid="'go-on-' + one.id" @click="$emit('goOn', one.id)">{{ labels.go_on }}</button>
              <button v-if="one.status !== 'stopped' && known(one)" type="button" class="vv-button" :data-testid="'dose-' + one.id" @click="$emit('dose', one.id)">{{ labels.change_dose }}</button>
              <button v-if="one.status === 'proposed'" type="button" class="vv-button vv-button--main" :data-testid="'approve-' + one.id" @click="$emit('approve', one.id)">{{ labels.approve }}</button>
              <button v-if="one.status !== 'stopped'" type="button" class="vv-button" :class="one.danger ? 'vv-button--stop' : ''" :data-testid="'stop-' + one.id" @click="$emit('stop', one.id)">{{ one.status === 'proposed' ? labels.reject : labels.stop }}</button>
            </div>
            </div>
          </article>
        </div>
      </section>
      <div v-if="!items.length" class="vv-empty"><p>{{ labels.empty }}</p></div>
    </div>`,
  props: { initial: Array, labels: Object },
  data() {
    return { items: this.initial, fresh: {}, now: Date.now(), current: null, ended: null, settled: 0 };
  },
  mounted() {
    this.clock = setInterval(() => { this.now = Date.now(); }, 30_000); // what can be undone only for a while
  },
  beforeUnmount() {
    clearInterval(this.clock);
  },
  computed: {
    groups() {
      return Object.entries(this.labels.kinds)
        .map(([kind, label]) => ({ kind, label, items: this.items.filter((one) => one.kind === kind).sort((a, b) => a.order - b.order) }))
        .filter((group) => group.items.length);
    },
    inOrder() { // the card in the tab order: the one that had the focus last, at first the first
      const shown = this.groups.flatMap((group) => group.items);
      return (shown.find((one) => one.id === this.current) ?? shown[0])?.id;
    },
  },
  methods: {
    parts,
    pressed(event, one) { // by the place of the key, so that a Persian keyboard does the same; only inside the cards (WCAG 2.1.4)
      if (event.ctrlKey || event.metaKey || event.altKey || /TEXTAREA|INPUT/.test(event.target.tagName)) return;
      if (/^Key[ADS]$/.test(event.code) && (event.repeat || performance.now() < this.settled)) return event.preventDefault();
      const open = one.status !== "stopped";
      const does = {
        KeyJ: () => this.go(one.id, 1), ArrowDown: () => this.go(one.id, 1), KeyK: () => this.go(one.id, -1), ArrowUp: () => this.go(one.id, -1),
        KeyA: () => one.status === "proposed" && this.$emit("approve", one.id), KeyD: () => open && this.known(one) && this.$emit("dose", one.id),
        KeyS: () => open && this.$emit("stop", one.id), KeyU: () => this.undo(one),
      }[event.code];
      if (!does) return;
      event.preventDefault();
      does();
    },
    undo(one) { // of the card, or of what was stopped last from here, which has gone down to the end
      const last = [one, this.items.find((other) => other.id === this.ended)].find((other) => other && this.undoable(other));
      if (last) this.$emit("undo", last.id);
    },
    cards() {
      return [...this.$el.querySelectorAll("article[data-id]")];
    },
    go(id, by) {
      const cards = this.cards();
      const other = cards[cards.findIndex((card) => card.dataset.id === String(id)) + by];
      if (!other) return;
      this.settled = 0; // whoever goes to a card means it
      other.focus({ preventScroll: true });
      other.scrollIntoView({ block: "nearest" });
    },
    keepFocus(before, id, since = performance.now()) { // what was decided loses its buttons and maybe its place: the next card has the focus
      if (document.querySelector(".q-dialog")) { // it gives the focus back when it has closed, to a button that may be gone
        if (performance.now() - since < 3000) requestAnimationFrame(() => this.keepFocus(before, id, since));
        return;
      }
      if (document.activeElement !== document.body) return;
      const after = this.cards().map((card) => card.dataset.id);
      const at = before.indexOf(String(id));
      const next = after.indexOf(String(id)) === at ? String(id) : [...before.slice(at + 1), ...before.slice(0, at).reverse()].find((one) => after.includes(one));
      if (next !== String(id)) this.settled = performance.now() + SETTLE_MS;
      this.cards().find((card) => card.dataset.id === next)?.focus();
    },
    upsert(one) {
      const before = this.cards().map((card) => card.dataset.id);
      const at = this.items.findIndex((other) => other.id === one.id);
      if (at < 0) this.items.push(one);
      else if (JSON.stringify(this.items[at]) === JSON.stringify(one)) return;
      else this.items.splice(at, 1, one);
      if (one.id === this.current && one.status === "stopped") this.ended = one.id;
      if (one.id === this.current) this.$nextTick(() => this.keepFocus(before, one.id));
      if (!one.danger) announce([one.name, this.labels.statuses[one.status], one.news].filter(Boolean).join(": ")); // a danger is an alert of its own
      this.fresh = { ...this.fresh, [one.id]: true };
      setTimeout(() => { const { [one.id]: _gone, ...rest } = this.fresh; this.fresh = rest; }, 2700);
    },
    known(one) { // what is counted and predicted, and has a dose; advice has none of these
      return one.kind === "herb" || one.kind === "formula";
    },
    number(value) {
      return value.toLocaleString(document.documentElement.lang || undefined);
    },
    undoable(one) {
      return Boolean(one.undo_until) && Date.parse(one.undo_until) > this.now;
    },
    deliver(id, delivery) { // a line that changes by itself: the card does not flash for it
      const one = this.items.find((other) => other.id === id);
      if (one) one.delivery = delivery;
    },
    takeAway(id) {
      this.items = this.items.filter((one) => one.id !== id);
    },
  },
};
