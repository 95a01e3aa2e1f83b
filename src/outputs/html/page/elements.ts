/** Elements made of text: whatever a name holds, it is never parsed as markup. */
import type { PageDocument, PageElement } from './browser.ts';

declare const document: PageDocument;

/** A new element with a class and text; both may be empty. */
export function element(tag: string, className: string, text: string): PageElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** A button that does not submit anything. */
export function button(className: string, text: string, onClick: () => void): PageElement {
  const made = element('button', className, text);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

/** The element of the page's own markup; throws when there is none. */
export function byId(id: string): PageElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the report has no #${id}`);
  return found;
}
