/** A value as it is shown in a message: short, on one line, without control characters, user info of URLs masked. */
const MAX_SHOWN = 60;

export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(withoutUserInfo(value)) : summary(value);
  return plainText(text.length > MAX_SHOWN ? `${cut(text, MAX_SHOWN)}…${typeof value === 'string' ? '"' : ''}` : text);
}

/** Escapes what could move a terminal's cursor, reverse the reading direction or break a line. */
export function plainText(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

function withoutUserInfo(text: string): string {
  return text.replaceAll(/:\/\/[^/?#\s]*@/g, '://***@');
}

function summary(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'a list';
  if (typeof value === 'object' && value !== null) return 'a set of fields';
  return String(value);
}

/** Never in the middle of a character outside the basic plane. */
function cut(text: string, length: number): string {
  const short = text.slice(0, length);
  return /[\ud800-\udbff]$/.test(short) ? short.slice(0, -1) : short;
}
