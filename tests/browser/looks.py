"""What to ask of a page in the browser: whether all of it can be read."""

# Each piece of text with its contrast to what is behind it, where that is less than WCAG 2.1 demands (AA: 4.5, and 3
# for large letters). What lies behind is mixed from the grounds of all that the text is in.
FAINT = r"""
(() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return [r, g, b, a];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const light = (rgb) => {
    const [r, g, b] = rgb.map((one) => {
      const part = one / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const canvas = dark ? [18, 18, 18] : [255, 255, 255];
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas);
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest("svg, style, [aria-hidden=true]")) continue;
    const style = getComputedStyle(element);
    const ground = behind(element);
    const [one, other] = [light(over(parse(style.color), ground)), light(ground)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) faint.push([node.textContent.trim().slice(0, 40), Number(ratio.toFixed(2))]);
  }
  return faint;
})()
"""

# What stands out at the right of a page as wide as its window, the window's own width first.
WIDER = r"""
(() => {
  const width = document.documentElement.clientWidth;
  const all = [...document.querySelectorAll("body *:not(pre *)")];
  const out = all.filter((one) => one.getBoundingClientRect().right > width + 0.5).map((one) => one.tagName);
  return [document.documentElement.scrollWidth - width, ...out];
})()
"""

# Letters that are too small for a phone, in pixels.
SMALLEST = r"""
Math.min(...[...document.querySelectorAll("body *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .filter((one) => getComputedStyle(one).fontSize !== "1px")
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))
"""
