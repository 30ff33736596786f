// What this browser remembers of the simulator: who one was, large print, how far each chat was read. Lost without harm.

const key = 'zhibu-simulator';

/** @returns {{ me?: string, elder: boolean, seen: Record<string, number> }} */
export function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '{}');
    return { me: kept.me, elder: kept.elder === true, seen: { ...kept.seen } };
  } catch {
    return { elder: false, seen: {} };
  }
}

export function remember(state) {
  try {
    localStorage.setItem(key, JSON.stringify({ me: state.me, elder: state.elder, seen: state.seen }));
  } catch {
    // A browser that keeps nothing shows a few dots more.
  }
}
