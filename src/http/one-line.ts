/** Text that came from outside, made fit for a message: one line, no control or direction characters, bounded in length. */
export function oneLine(text: string, limit = 200): string {
  // Looked at only as far as it can matter: what comes from outside may be megabytes long.
  const head = text.slice(0, limit * 4).toWellFormed();
  const line = head.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  if (line.length <= limit && head.length === text.length) return line;
  // Never half of a surrogate pair at the end.
  return `${line.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
