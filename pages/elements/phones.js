// The phones of a patient: what each has confirmed, and when. Texts are escaped by Vue.
import { announce } from "/static/announce.js";

export default {
  template: `
    <div class="vv-card vv-phones">
      <ul v-if="phones.length">
        <li v-for="phone in phones" :key="phone.key" :data-testid="'phone-' + phone.key" :data-state="phone.state">
          <span class="vv-strong">{{ phone.title }}</span> <span class="vv-soft vv-small">{{ phone.since }}</span>
          <span class="vv-delivery" :data-state="phone.state">{{ phone.text }}</span>
        </li>
      </ul>
      <p v-else class="vv-soft">{{ empty }}</p>
      <p class="vv-soft vv-small">{{ meaning }}</p>
    </div>`,
  props: { initial: Array, empty: String, meaning: String },
  data() {
    return { phones: this.initial };
  },
  methods: {
    replace(phones) {
      for (const phone of phones) {
        const before = this.phones.find((one) => one.key === phone.key);
        if (!before || before.text !== phone.text) announce(`${phone.title}: ${phone.text}`);
      }
      this.phones = phones;
    },
  },
};
