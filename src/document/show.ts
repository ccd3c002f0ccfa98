/** A value as it is shown in a message: short, on one line, without control characters, user info of URLs masked. */
import { printable } from '../printable.ts';

const MAX_SHOWN = 60;

export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(withoutUserInfo(value)) : summary(value);
  return printable(text.length > MAX_SHOWN ? `${cut(text, MAX_SHOWN)}…${typeof value === 'string' ? '"' : ''}` : text);
}

/**
 * A URL with a password in it is a mistake that must not get into logs. Linear: what a scheme looks like is not asked,
 * since looking for its beginning anew at every letter takes minutes for a long text.
 */
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
