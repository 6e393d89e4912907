// As the device, light or dark: what static/theme.js keeps for this browser.
export default {
  template: `
    <fieldset class="vv-choice">
      <legend class="vv-soft vv-small">{{ title }}</legend>
      <label v-for="one in choices" :key="one[0]" class="vv-mark">
        <input type="radio" :name="name" :value="one[0]" :checked="one[0] === chosen" :data-testid="'theme-' + one[0]" @change="choose(one[0])"><span>{{ one[1] }}</span>
      </label>
    </fieldset>`,
  props: { title: String, choices: Array },
  data() {
    return { chosen: window.vervainTheme.get(), name: `vv-theme-${Math.random().toString(36).slice(2, 8)}` };
  },
  mounted() {
    this.follow = () => { this.chosen = window.vervainTheme.get(); };
    window.addEventListener("vervain-theme", this.follow);
  },
  unmounted() {
    window.removeEventListener("vervain-theme", this.follow);
  },
  methods: {
    choose(theme) {
      window.vervainTheme.set(theme);
    },
  },
};
