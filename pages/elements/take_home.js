// What a patient takes home, as it will be on paper: black on white, in the patient's language. Texts are escaped by Vue.
import { said } from "/static/english.js";

export default {
  template: `
    <div class="vv-sheet" :class="{'vv-sheet--refused': refuses}">
      <p class="vv-sheet__refusal">{{ labels.refused }}</p>
      <p class="vv-sheet__not-live">{{ labels.not_live }}</p>
      <article class="vv-sheet__paper" :lang="sheet.lang" :dir="sheet.dir">
        <header class="vv-sheet__head">
          <p class="vv-sheet__practice"><bdi>{{ sheet.practice }}</bdi></p>
          <h2 class="vv-sheet__title">{{ sheet.title }}</h2>
          <dl class="vv-sheet__terms"><template v-for="[label, text] in sheet.facts" :key="label"><dt>{{ label }}</dt><dd><bdi>{{ text }}</bdi></dd></template></dl>
        </header>
        <p v-if="sheet.empty" class="vv-sheet__empty" data-testid="sheet-empty">{{ sheet.empty }}</p>
        <section v-for="group in sheet.groups" :key="group.title" class="vv-sheet__group">
          <h3 class="vv-sheet__heading">{{ group.title }}</h3>
          <section v-for="one in group.items" :key="one.id" class="vv-sheet__item" :class="{'vv-sheet__item--changed': changed.includes(one.id)}" :data-testid="'sheet-item-' + one.id">
            <h4 class="vv-sheet__name"><bdi>{{ one.name }}</bdi> <span v-if="changed.includes(one.id)" class="vv-sheet__mark" :lang="labels.lang" :dir="labels.dir">{{ labels.changed }}</span></h4>
            <p v-if="one.text">{{ one.text }}</p>
            <dl class="vv-sheet__terms">
              <template v-for="named in one.identity" :key="named.label"><dt>{{ named.label }}</dt><dd><template v-for="(part, at) in named.parts" :key="at"><template v-if="at"> · </template><bdi :lang="part.lang" :dir="part.dir">{{ part.text }}</bdi></template></dd></template>
              <template v-if="one.herbs"><dt>{{ sheet.labels.herbs }}</dt><dd>{{ one.herbs }}</dd></template>
              <template v-for="[label, text] in one.terms" :key="label"><dt>{{ label }}</dt><dd class="vv-sheet__do">{{ text }}</dd></template>
              <template v-for="watch in one.watch" :key="watch.title + watch.texts[0].text"><dt>{{ sheet.labels.watch }}</dt><dd><strong>{{ watch.title }}</strong>
                <span v-for="text in watch.texts" :key="text.text" class="vv-sheet__said" :lang="text.lang" :dir="text.dir"><said :text="text.text" /></span>
                <small v-if="watch.source">{{ sheet.labels.source }} <said :text="watch.source" /></small></dd></template>
              <template v-if="one.tell_us"><dt>{{ sheet.labels.tell }}</dt><dd><strong>{{ one.tell_us }}</strong> <small>{{ sheet.labels.source }} <said :text="one.tell_us_source" /></small></dd></template>
            </dl>
          </section>
        </section>
        <section v-if="sheet.stop.length" class="vv-sheet__stop">
          <h3 class="vv-sheet__heading">{{ sheet.labels.stop }}</h3>
          <p v-for="text in sheet.stop" :key="text">{{ text }}</p>
          <p v-if="sheet.call" data-testid="sheet-call">{{ sheet.call }} <strong class="vv-sheet__phone" dir="ltr">{{ sheet.phone }}</strong></p>
          <p><strong>{{ sheet.signs }}</strong></p>
          <small>{{ sheet.labels.source }} <said :text="sheet.signs_source" /></small>
        </section>
        <section class="vv-sheet__next">
          <h3 class="vv-sheet__heading">{{ sheet.labels.next }}</h3>
          <p v-for="text in sheet.next" :key="text">{{ text }}</p>
          <p v-if="sheet.call && !sheet.stop.length" data-testid="sheet-call">{{ sheet.call }} <strong class="vv-sheet__phone" dir="ltr">{{ sheet.phone }}</strong></p>
        </section>
        <section v-if="invitation" class="vv-sheet__invite" data-testid="sheet-invite">
          <img :src="invitation.code" :alt="invitation.alt" width="148" height="148">
          <div><p><strong>{{ invitation.text }}</strong></p><p class="vv-sheet__letters" dir="ltr">{{ invitation.letters }}</p><p>{{ invitation.until }}</p></div>
        </section>
        <footer class="vv-sheet__foot"><p v-for="text in sheet.foot" :key="text">{{ text }}</p></footer>
      </article>
    </div>`,
  components: { said },
  props: { initial: Array, labels: Object },
  data() {
    return { sheet: this.initial[0], changed: [], refuses: false, invitation: null, asked: false };
  },
  mounted() {
    this.before = () => { if (!this.asked && !this.refuses) this.$emit("printed"); }; // by the browser's own menu
    this.after = () => { this.asked = false; };
    window.addEventListener("beforeprint", this.before);
    window.addEventListener("afterprint", this.after);
  },
  unmounted() {
    window.removeEventListener("beforeprint", this.before);
    window.removeEventListener("afterprint", this.after);
  },
  methods: {
    replace(sheet, changed, refuses) {
      this.sheet = sheet;
      this.changed = changed;
      this.refuses = refuses;
    },
    invite(invitation) {
      this.invitation = invitation;
    },
    print() {
      if (this.refuses) return; // it has changed since the server said yes
      this.asked = true;
      setTimeout(() => window.print()); // after what the click began is drawn
    },
  },
};
