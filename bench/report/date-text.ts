/** `2026-01-02 03:04 UTC` of a date as ISO 8601 writes it; of other text, which a file may hold, the text. */
export function dateText(date: string): string {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+Z$/.exec(date);
  return found === null ? date : `${found[1]} ${found[2]} UTC`;
}
