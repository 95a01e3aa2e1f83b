/** Elements made of text: whatever a name holds, it is never parsed as markup. */

/** A new element with a class and text; both may be empty. */
export function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string, text: string): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** A button that does not submit anything. */
export function button(className: string, text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', className, text);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

/** The element of the page's own markup; throws when there is none. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the report has no #${id}`);
  return found;
}

/** The list to choose from of the page's own markup; throws when there is none. */
export function selectById(id: string): HTMLSelectElement {
  const found = byId(id);
  if (!(found instanceof HTMLSelectElement)) throw new Error(`#${id} of the report is no list to choose from`);
  return found;
}
