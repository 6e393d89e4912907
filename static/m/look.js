// How the page looks and speaks on this phone. Needed before the store is open, and no secret: kept in localStorage.

export const look = {
  read(name) { try { return localStorage.getItem(`vervain-${name}`); } catch { return null; } },
  write(name, value) { try { localStorage.setItem(`vervain-${name}`, value); } catch { /* a private window forgets it */ } },
};
