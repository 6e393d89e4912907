// How the page looks and speaks on this phone. Needed before the store is open, and no secret: kept in localStorage.

export const look = {
  read(name) { try { return localStorage.getItem(`vervain-${name}`); } catch { return null; } },
  write(name, value) { try { localStorage.setItem(`vervain-${name}`, value); } catch { /* a private window forgets it */ } },
  get theme() { return this.read('theme') ?? 'auto'; },
  wear(theme) {
    this.write('theme', theme);
    if (theme === 'auto') delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  },
};
