/**
 * Whether the whole of `text` fits `pattern`, in which `*` stands for any text, none included; case counts.
 * Linear, where a regular expression with as many stars would try every way to share the text among them.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, from);
    if (found === -1) return false;
    from = found + literal.length;
  }
  return from + last.length <= text.length;
}
