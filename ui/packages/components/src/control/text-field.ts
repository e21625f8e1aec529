/** Kinds of inputs that take no letters. */
const WITHOUT_TEXT = new Set([
  "button",
  "checkbox",
  "color",
  "file",
  "image",
  "radio",
  "range",
  "reset",
  "submit",
]);

/** Where letters go to something else: a list goes to what begins with them, and a dialogue is not to be disturbed. */
const LISTS = 'select, dialog, [role="listbox"], [role="menu"], [role="combobox"], [role="dialog"]';

/** Whether a text is typed there. */
export function isTextField(target: EventTarget | null): boolean {
  return (
    (target instanceof HTMLInputElement && !WITHOUT_TEXT.has(target.type)) ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}

/** Whether letters that are typed there mean something there. */
export function wantsLetters(target: EventTarget | null): boolean {
  return isTextField(target) || (target instanceof Element && target.closest(LISTS) !== null);
}
