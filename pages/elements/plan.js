// The recommendations of one diagnosis: what, how much, why, what the gate says, what is known; with what can be done.
import { announce } from "/static/announce.js";
import { said } from "/static/english.js";
import { doubt, letter, once } from "/static/letters.js";

const LEADS_ON = ["approve", "stop", "dose", "goOn"]; // what is decided so is done with: the next card has the focus
const WEIGHED = ["status", "verdict", "dose_text", "danger", "gate"]; // what a decision goes by
const CLOSING_MS = 3000;

export default {
  template: `
    <div>
      <nav v-if="groups.length > 1" class="vv-jump" :aria-label="labels.jump" data-testid="jump">
        <a v-for="group in groups" :key="group.kind" :href="'#plan-' + group.kind">{{ group.label }} <span class="vv-soft vv-number">{{ number(group.items.length) }}</span></a>
      </nav>
      <p v-if="items.length" class="vv-soft vv-small vv-keys"><template v-for="one in labels.keys" :key="one[0]"><kbd>{{ one[0] }}</kbd> {{ one[1] }} </template></p>
      <section v-for="group in groups" :key="group.kind" :id="'plan-' + group.kind" class="vv-group" :aria-label="group.label">
        <h3 class="vv-h3" tabindex="-1">{{ group.label }}</h3>
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
                    <strong><said :text="row.title" /></strong><span v-if="row.count" class="vv-soft">× {{ row.count }}</span>
                    <span v-if="row.read" class="vv-soft vv-push">✓ {{ labels.was_read }}</span>
                    <button v-else-if="row.verdict !== 'block' && row.verdict !== 'nothing_documented' && one.status !== 'stopped'" type="button" class="vv-quiet vv-push" :aria-label="labels.read + ': ' + row.title" @click="$emit('read', [one.id, row.keys])">{{ labels.read }}</button>
                  </div>
                  <p v-for="reason in row.reasons" :key="reason.text"><said :text="reason.text" /> <small v-for="where in reason.where" :key="where" class="vv-soft vv-gate__source"><said :text="where" /></small></p>
                </li>
              </ul>
              <details v-if="one.gate.folded.length" class="vv-gate__folded"><summary>{{ labels.folded }} ({{ one.gate.folded.length }})</summary>
                <ul class="vv-reasons"><li v-for="row in one.gate.folded" :key="row.keys"><span class="vv-chip" :class="'vv-chip--' + row.verdict">{{ labels.verdicts[row.verdict] }}</span> <said :text="row.title + ': ' + row.reasons.map((reason) => reason.text).join(' ')" /></li></ul>
              </details>
            </details>
            <p v-if="one.delivery" class="vv-delivery" :data-state="one.delivery.state" :data-testid="'delivery-' + one.id">{{ one.delivery.text }}</p>
            <p v-if="one.override_reason" class="vv-small"><strong>{{ labels.override }}</strong> <bdi>{{ one.override_reason }}</bdi></p>
            <p v-if="one.stop_reason" class="vv-small"><strong>{{ labels.stopped_because }}</strong> <bdi>{{ one.stop_reason }}</bdi>
              <button v-if="undoable(one)" type="button" class="vv-quiet" :data-testid="'undo-' + one.id" :aria-label="labels.undo + ': ' + one.name" @click="ask('undo', one.id)">{{ labels.undo }}</button></p>
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
              <button v-if="one.danger" type="button" class="vv-button" :data-testid="'go-on-' + one.id" @click="ask('goOn', one.id)">{{ labels.go_on }}</button>
              <button v-if="one.status !== 'stopped' && known(one)" type="button" class="vv-button" :data-testid="'dose-' + one.id" @click="ask('dose', one.id)">{{ labels.change_dose }}</button>
              <button v-if="one.status === 'proposed'" type="button" class="vv-button vv-button--main" :data-testid="'approve-' + one.id" @click="ask('approve', one.id)">{{ labels.approve }}</button>
              <button v-if="one.status !== 'stopped'" type="button" class="vv-button" :class="one.danger ? 'vv-button--stop' : ''" :data-testid="'stop-' + one.id" @click="ask('stop', one.id)">{{ one.status === 'proposed' ? labels.reject : labels.stop }}</button>
            </div>
            </div>
          </article>
        </div>
      </section>
      <div v-if="!items.length" class="vv-empty" tabindex="-1"><p>{{ labels.empty }}</p></div>
    </div>`,
  components: { said },
  props: { initial: Array, labels: Object },
  data() {
    return { items: this.initial, fresh: {}, now: Date.now(), current: null };
  },
  created() { // none of it is drawn
    this.asked = null; // what was asked for last from here: it leads to the next card once it is done and shown
    this.ended = null; // what was stopped last from here
    this.doubt = doubt();
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
    pressed(event, one) { // only inside the cards
      if (/TEXTAREA|INPUT/.test(event.target.tagName)) return;
      const key = letter(event), open = one.status !== "stopped";
      const does = {
        J: () => this.go(one.id, 1), K: () => this.go(one.id, -1),
        A: () => one.status === "proposed" && this.ask("approve", one.id), D: () => open && this.known(one) && this.ask("dose", one.id),
        S: () => open && this.ask("stop", one.id), U: () => this.undo(one, event.target),
      }[key];
      if (!does) return;
      event.preventDefault();
      if ("ADSU".includes(key)) {
        if (event.repeat || (key !== "U" && this.doubt.of(one.id))) return;
        once(event);
      }
      does();
    },
    ask(what, id) {
      this.asked = { what, id, before: this.order(), done: 0, shown: false };
      this.$emit(what, id);
    },
    undo(one, target) { // goes to the button of the card, or of what was stopped last from here: there it takes it back
      if (target.dataset.testid === `undo-${one.id}`) return this.doubt.of(one.id) || this.ask("undo", one.id);
      const last = [one, this.items.find((other) => other.id === this.ended)].find((other) => other && this.undoable(other));
      if (!last) return;
      if (last.id === this.ended) this.doubt.end();
      else this.doubt.begin(last.id);
      this.reach(this.$el.querySelector(`[data-testid="undo-${last.id}"]`));
    },
    cards() {
      return [...this.$el.querySelectorAll("article[data-id]")];
    },
    card(id) {
      return this.cards().find((card) => card.dataset.id === String(id));
    },
    order() {
      return this.cards().map((card) => card.dataset.id);
    },
    go(id, by) {
      const cards = this.cards();
      const other = cards[cards.findIndex((card) => card.dataset.id === String(id)) + by];
      if (!other) return;
      this.doubt.end();
      this.reach(other);
    },
    reach(place) {
      place?.focus({ preventScroll: true });
      place?.scrollIntoView({ block: "nearest" });
    },
    held() { // where the focus is, when it is in a card
      const place = document.activeElement, card = this.$el.contains(place) && place.closest("article[data-id]");
      return card ? { place, id: card.dataset.id, kind: card.closest("section").id } : null;
    },
    keepFocus(held) { // what has the focus keeps it, wherever its card goes; who has it elsewhere is left alone
      this.$nextTick(() => {
        if (!held || document.activeElement !== document.body) return;
        const left = held.place.isConnected ? held.place : this.card(held.id);
        (left ?? this.$el.querySelector(`#${held.kind} h3`) ?? this.$el.querySelector("h3, .vv-empty"))?.focus({ preventScroll: true }); // a heading decides nothing
      });
    },
    decided(id, what) { // by this page, says the server
      if (what === "stop") this.ended = id;
      if (this.asked?.id === id) this.asked.done = performance.now();
      this.$nextTick(() => this.leadOn());
    },
    leadOn() { // from what was decided here to the next card; never because of what others do
      const asked = this.asked;
      if (!asked?.done || !asked.shown) return;
      if (performance.now() - asked.done > CLOSING_MS) this.asked = null; // another change of it, by somebody else
      if (!this.asked) return;
      if (document.querySelector(".q-dialog")) { // it gives the focus back when it has closed, to a button that may be gone
        requestAnimationFrame(() => this.leadOn());
        return;
      }
      this.asked = null;
      const place = document.activeElement;
      if (place !== document.body && place.closest("article[data-id]") !== this.card(asked.id)) return; // they went elsewhere
      const id = String(asked.id), after = this.order(), at = asked.before.indexOf(id);
      const stays = !LEADS_ON.includes(asked.what) || after.indexOf(id) === at;
      const next = stays ? id : [...asked.before.slice(at + 1), ...asked.before.slice(0, at).reverse()].find((one) => after.includes(one));
      this.doubt.begin(Number(next));
      this.reach(this.card(next));
    },
    upsert(one) {
      const at = this.items.findIndex((other) => other.id === one.id), was = this.items[at];
      if (was && JSON.stringify(was) === JSON.stringify(one)) return;
      const held = this.held();
      if (was) this.items.splice(at, 1, one);
      else this.items.push(one);
      const another = was && WEIGHED.some((name) => JSON.stringify(was[name]) !== JSON.stringify(one[name]));
      if (another && held?.id === String(one.id)) this.doubt.begin(one.id);
      if (another && this.asked?.id === one.id) this.asked.shown = true;
      if (one.id === this.ended && was?.status === "stopped" && one.status !== "stopped") this.ended = null;
      this.keepFocus(held);
      this.$nextTick(() => this.leadOn());
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
      const held = this.held();
      this.items = this.items.filter((one) => one.id !== id);
      this.keepFocus(held);
    },
  },
};
