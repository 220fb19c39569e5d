/// <reference lib="dom" />

/** Runs in the page: what somebody would see of it. Contrast as WCAG 2.2 §1.4.3 has it. */
export function readPage() {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = channels(color).map((channel) => {
      const c = channel / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element): string => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const texts = [...document.querySelectorAll('p, a')]
    .filter((element) => (element as HTMLElement).offsetParent !== null)
    .map((element) => {
      const pair = [luminance(getComputedStyle(element).color), luminance(behind(element))];
      return {
        text: element.textContent,
        contrast: (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05),
      };
    });
  const box = document.querySelector('.button')!.getBoundingClientRect();
  return {
    overflow: [document.documentElement, ...document.querySelectorAll('p')].some(
      (element) => element.scrollWidth > element.clientWidth,
    ),
    texts,
    background: luminance(getComputedStyle(document.body).backgroundColor),
    button: { height: box.height, inView: box.left >= 0 && box.right <= window.innerWidth },
  };
}
