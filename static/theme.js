// Light, dark, or as the device has it: chosen for this browser, and set before anything is painted. A classic script in the
// head, on purpose: a module would come after the first paint.
(() => {
  const KEY = "vervain-theme", CHOICES = ["auto", "light", "dark"];
  const root = document.documentElement;
  const read = () => {
    try {
      const kept = localStorage.getItem(KEY);
      return CHOICES.includes(kept) ? kept : "auto";
    } catch { // a browser that keeps nothing
      return "auto";
    }
  };
  let theme = read();

  const apply = () => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    if (window.Quasar) Quasar.Dark.set(theme === "auto" ? "auto" : theme === "dark");
    window.dispatchEvent(new Event("vervain-theme"));
  };

  window.vervainTheme = {
    get: () => theme,
    set: (chosen) => {
      if (!CHOICES.includes(chosen)) return;
      theme = chosen;
      try { localStorage.setItem(KEY, theme); } catch { /* it holds for this page */ }
      apply();
    },
  };

  apply();
  // Quasar sets the class of the body by the device when the page starts: it is put right in the same turn, before a paint.
  new MutationObserver(() => {
    if (theme !== "auto" && window.Quasar && Quasar.Dark.isActive !== (theme === "dark")) apply();
  }).observe(root, { subtree: true, attributes: true, attributeFilter: ["class"] });
  window.addEventListener("storage", (event) => {
    if (event.key === KEY) { theme = read(); apply(); } // chosen in another tab
  });
})();
