// The keys of a page. What a key goes to is marked with data-key; of several the first that can be seen. Texts are escaped by Vue.
const letter = (event) => {
  if (event.key === "Enter") return "Enter";
  if (event.code === "Slash" || event.key === "?" || event.key === "؟") return "?";
  return /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : event.code.replace(/^Key/, "");
};
export default {
  template: `
    <div class="vv-keys">
      <button type="button" class="vv-quiet" data-testid="keys" aria-haspopup="dialog" aria-keyshortcuts="Alt+/" @click="open"><kbd aria-hidden="true">?</kbd> {{ labels.open }}</button>
      <dialog ref="dialog" class="vv-keys__dialog" :aria-label="labels.title" data-testid="keys-dialog" @click="outside">
        <div>
          <h2 class="vv-title vv-h2">{{ labels.title }}</h2>
          <section v-for="group in groups" :key="group.title">
            <h3 class="vv-h3">{{ group.title }}</h3>
            <dl><div v-for="one in group.keys" :key="one.modifier + one.letter + one.says"><dt dir="ltr"><template v-if="one.modifier"><kbd>{{ one.modifier }}</kbd>+</template><kbd>{{ one.letter }}</kbd></dt><dd>{{ one.says }}</dd></div></dl>
          </section>
          <button type="button" class="vv-button" autofocus @click="$refs.dialog.close()">{{ labels.close }}</button>
        </div>
      </dialog>
    </div>`,
  props: { labels: Object, groups: Array },
  computed: {
    all() { return this.groups.flatMap((group) => group.keys).filter((one) => one.target); },
  },
  mounted() {
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen);
  },
  unmounted() { document.removeEventListener("keydown", this.listen); },
  methods: {
    open() { if (!this.$refs.dialog.open) this.$refs.dialog.showModal(); },
    outside(event) { if (event.target === this.$refs.dialog) this.$refs.dialog.close(); },
    key(event) {
      if (event.repeat || event.isComposing || event.getModifierState("AltGraph")) return;
      const held = event.altKey && !event.ctrlKey && !event.metaKey ? "Alt" : (event.ctrlKey || event.metaKey) && !event.altKey ? "Ctrl" : "";
      if (!held || event.shiftKey) return;
      const pressed = letter(event);
      if (held === "Alt" && pressed === "?") { event.preventDefault(); return this.open(); }
      const found = this.all.find((one) => one.modifier === held && one.letter === pressed);
      if (!found || document.querySelector("dialog[open], .q-dialog")) return;
      event.preventDefault(); // also where there is nothing to go to: the browser's own menu would open instead
      const target = [...document.querySelectorAll(`[data-key="${found.target}"]`)].find((one) => one.checkVisibility());
      if (found.clicks) target?.click();
      else { target?.focus(); target?.select?.(); }
    },
  },
};
