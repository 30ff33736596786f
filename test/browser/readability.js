// Runs inside the page: names every text that is too small or too faint, and everything one can press that is too small or has no name.
(() => {
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = numbers(color).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (numbers(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const problems = new Set();
  for (const element of document.querySelectorAll('body *')) {
    if (!visible(element) || element.closest('.unseen')) continue;
    const text = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.data.trim())
      .join('');
    const style = getComputedStyle(element);
    if (text) {
      if (Number.parseFloat(style.fontSize) < 16) problems.add(`small: ${text} (${style.fontSize})`);
      const ratio = contrast(luminance(style.color), luminance(backgroundOf(element)));
      if (ratio < 4.5) problems.add(`faint: ${text} (${ratio.toFixed(2)})`);
    }
    if (element.matches('button, a, input, textarea, summary') && style.pointerEvents !== 'none') {
      const { width, height } = element.getBoundingClientRect();
      if (Math.min(width, height) < 38)
        problems.add(`hard to hit: ${element.outerHTML.slice(0, 80)} ${width}×${height}`);
      const name = element.getAttribute('aria-label') ?? element.innerText ?? '';
      if (!name.trim() && !element.labels?.length) problems.add(`no name: ${element.outerHTML.slice(0, 80)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) problems.add('the page is wider than the screen');
  return [...problems];
})();
