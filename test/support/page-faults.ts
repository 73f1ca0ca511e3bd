/** In the page: what a reader of the screen could not use, and words that are no words. */
export function faultsOf(): string[] {
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const words = (element: Element | null) => element?.textContent.trim() ?? '';
  const named = (element: Element): boolean => {
    const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? [];
    return (
      (element.getAttribute('aria-label') ?? element.getAttribute('title') ?? '').trim() !== '' ||
      ids.some((id) => words(document.getElementById(id)) !== '')
    );
  };
  const short = (element: Element) => element.outerHTML.replace(/\s+/g, ' ').slice(0, 160);
  const faults: string[] = [];
  for (const field of document.querySelectorAll('input, textarea, select')) {
    const { labels } = field as HTMLInputElement;
    const isLabelled = named(field) || [...(labels ?? [])].some((label) => words(label) !== '');
    const isHidden = field.closest('[aria-hidden="true"]') !== null;
    if (isShown(field) && !isHidden && !isLabelled) faults.push(`no label: ${short(field)}`);
  }
  for (const button of document.querySelectorAll('button, a[href], [role="button"]')) {
    const picture = button.querySelector('img[alt]:not([alt=""]), [aria-label], title');
    const isNamed = words(button) !== '' || named(button) || picture !== null;
    if (isShown(button) && !isNamed) faults.push(`no name: ${short(button)}`);
  }
  for (const picture of document.querySelectorAll('img:not([alt])')) {
    faults.push(`no alt: ${short(picture)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length > 0) faults.push(`ids twice: ${[...new Set(twice)].join(' ')}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    const isNoWord =
      /\b(undefined|NaN|null|Invalid Date)\b|\[object |^[a-z]+(-[a-z]+)*(\.[a-z0-9-]+)+$/.test(
        text,
      ) || /(^|[^{])\{[a-z]+\}([^}]|$)/.test(text);
    const holder = node.parentElement;
    if (isNoWord && holder && isShown(holder) && !holder.closest('code, pre, .gx-mono')) {
      faults.push(`no word: ${text.slice(0, 120)}`);
    }
  }
  const isWider = document.documentElement.scrollWidth > window.innerWidth;
  if (isWider)
    faults.push(`scrolls sideways by ${document.documentElement.scrollWidth - window.innerWidth}`);
  if (document.title.trim() === '') faults.push('no title');
  return faults;
}

/** In the page: a text that became more than text. */
export function executedIn(): string[] {
  const faults = 'hit' in window ? ['a script ran'] : [];
  const foreign =
    'object, embed, base, marquee, math, iframe[srcdoc], [src="x"], link[href*="evil.example"]';
  for (const element of document.querySelectorAll(foreign)) {
    faults.push(`an element of a text: ${element.outerHTML.slice(0, 160)}`);
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      const leads = /^(href|src|action|formaction|xlink:href|data)$/.test(name);
      const runs = leads && /^\s*(javascript|vbscript|data:text)/i.test(value);
      if (runs || name.startsWith('on'))
        faults.push(`${name}="${value.slice(0, 80)}" is in the page`);
    }
  }
  return faults;
}
