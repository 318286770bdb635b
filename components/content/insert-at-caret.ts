/**
 * Puts text where the caret is, over what is selected, as if it had been typed: the control's own change event fires and
 * its undo keeps working.
 */
export function insertAtCaret(control: HTMLInputElement | HTMLTextAreaElement, text: string): string {
  const start = control.selectionStart ?? control.value.length;
  const end = control.selectionEnd ?? start;
  control.focus();
  control.setSelectionRange(start, end);
  // Deprecated but the one way that keeps undo; where it is refused the text is set plainly.
  if (!document.execCommand?.("insertText", false, text)) control.setRangeText(text, start, end, "end");
  return control.value;
}
