/** What an answer that is no success says about itself: a problem document, an OAuth error, or a CDN's page. */
import { STATUS_CODES } from 'node:http';
import { oneLine } from '../http/one-line.ts';
import type { ApiProblem } from './errors.ts';

/**
 * Never throws. `details` and bare words as `type` occur (upvest-api-reference.md, section 8).
 * `secrets` are masked, should the answer repeat what it was sent.
 */
export function problemDocument(
  status: number,
  body: Buffer,
  secrets: readonly string[],
): { readonly problem: ApiProblem; readonly requestId?: string } {
  const text = mask(body.subarray(0, 64 * 1024).toString('utf8'), secrets);
  const document = parse(text);
  if (!document) {
    const detail = outline(text);
    return { problem: { title: STATUS_CODES[status] ?? 'unknown status', ...(detail && { detail }) } };
  }
  const said = (limit: number, ...names: string[]) => {
    const value = names.map((name) => document[name]).find((member) => typeof member === 'string' && member !== '');
    return typeof value === 'string' ? oneLine(value, limit) : undefined;
  };
  const detail = said(500, 'detail', 'details', 'error_description', 'message');
  const type = said(200, 'type');
  const requestId = said(100, 'request_id');
  return {
    problem: {
      title: said(100, 'title', 'error') ?? STATUS_CODES[status] ?? 'unknown status',
      ...(detail && { detail }),
      ...(type && { type }),
    },
    ...(requestId && { requestId }),
  };
}

function mask(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((masked, secret) => masked.replaceAll(secret, '[secret]'), text);
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Of a page its title, of other text its beginning. */
function outline(text: string): string {
  const title = /<title[^>]*>([^<]*)<\/title/i.exec(text)?.[1];
  if (title !== undefined) return `an HTML page, ${JSON.stringify(oneLine(title))}`;
  return /^\s*<(!doctype|html)/i.test(text) ? 'an HTML page' : oneLine(text);
}
