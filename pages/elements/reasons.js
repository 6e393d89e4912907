// Sentences in a list; what is English in them is marked as such.
import { said } from "/static/english.js";

export default {
  template: `<ul class="vv-reasons"><li v-for="one in sentences" :key="one"><said :text="one" /></li></ul>`,
  components: { said },
  props: { sentences: Array },
};
