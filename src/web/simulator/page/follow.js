// Keeps the newest line of a chat in sight for whoever reads at the end, and leaves those alone who read further up.

/** A reader this near the end, in pixels, wants to see what comes. */
const nearEnd = 60;

/**
 * @param {HTMLElement} list what scrolls
 * @param {HTMLElement} newest the button that leads to the end
 */
export function makeFollow(list, newest) {
  let following = true;

  function toEnd() {
    list.scrollTop = list.scrollHeight;
    settle();
  }

  /** New lines stand from `first` on: they are read from their beginning. `wanted` = also by somebody who has scrolled away. */
  function arrived(first, wanted) {
    if (following || wanted) list.scrollTop = Math.min(list.scrollHeight, first.offsetTop - 8);
    settle();
    newest.hidden = following;
  }

  /** Something grew: a picture came, the keyboard or the suggestions take more room. */
  function grown() {
    if (following) toEnd();
  }

  function settle() {
    following = list.scrollHeight - list.scrollTop - list.clientHeight < nearEnd;
    if (following) newest.hidden = true;
  }

  // Scrolling needs the keyboard too.
  list.tabIndex = 0;
  list.addEventListener('scroll', settle);
  newest.addEventListener('click', toEnd);
  new ResizeObserver(grown).observe(list);

  return { toEnd, arrived, grown };
}
