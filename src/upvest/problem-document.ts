/** What an answer that is no success says about itself: a problem document, an OAuth error, or a CDN's page. */
import { STATUS_CODES } from 'node:http';
import { maskSecrets } from '../http/mask-secrets.ts';
import { oneLine } from '../http/one-line.ts';
import { encoded, withoutBom } from '../http/success.ts';
import type { ApiProblem } from './errors.ts';

/**
 * Never throws. `details` and bare words as `type` occur (upvest-api-reference.md, section 8).
 * `secrets` are masked, should the answer repeat what it was sent. `coding`: of the body, which is then not read.
 */
export function problemDocument(
  status: number,
  body: Buffer,
  secrets: readonly string[],
  coding?: string,
): { readonly problem: ApiProblem; readonly requestId?: string } {
  if (coding !== undefined && body.length > 0) {
    return { problem: { title: STATUS_CODES[status] ?? 'unknown status', detail: `the body is ${encoded(coding)}` } };
  }
  const text = withoutBom(body.subarray(0, 64 * 1024).toString('utf8'));
  // Not before it is parsed: JSON may spell any character in several ways.
  const mask = (said: string) => maskSecrets(said, secrets);
  const document = parse(text);
  if (!document) {
    const detail = outline(text, mask);
    return { problem: { title: STATUS_CODES[status] ?? 'unknown status', ...(detail && { detail }) } };
  }
  const said = (limit: number, ...names: string[]) => {
    const value = names.map((name) => document[name]).find((member) => typeof member === 'string' && member !== '');
    return typeof value === 'string' ? oneLine(mask(value), limit) : undefined;
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

/** Of a page its title, of other text its beginning; of JSON that cannot be read only that it is. */
function outline(text: string, mask: (said: string) => string): string {
  if (/^\s*[{[]/.test(text)) return 'JSON that is no problem document, or cut off';
  const title = /<title[^>]*>([^<]*)<\/title/i.exec(text)?.[1];
  if (title !== undefined) return `an HTML page, ${JSON.stringify(oneLine(mask(fromHtml(title))))}`;
  return /^\s*<(!doctype|html)/i.test(text) ? 'an HTML page' : oneLine(mask(text));
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromHtml(text: string): string {
  return text.replaceAll(
    /&(?:#(?<decimal>\d{1,6})|#x(?<hex>[0-9a-f]{1,5})|(?<name>[a-z]+));/gi,
    (written, ...found) => {
      const { decimal, hex, name = '' } = found.at(-1) as Readonly<Record<string, string | undefined>>;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return Number.isNaN(code) ? (NAMED[name.toLowerCase()] ?? written) : String.fromCodePoint(code);
    },
  );
}
