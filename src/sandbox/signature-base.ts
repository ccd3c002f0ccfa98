/** The text that is signed: one line per covered component, then the parameters. Used for requests and deliveries alike. */

/** 15: the draft of that number. 6: names without quotes in the base, `digest` instead of `content-digest`. */
export type SignatureVersion = '15' | '6';

/** A request as far as a signature sees it. `path` and `query` (with its `?`) are the bytes as sent. */
export interface SignedMessage {
  readonly method: string;
  readonly path: string;
  readonly query: string | undefined;
  /** By lower-case name; several lines of one header joined by `, `. */
  header(name: string): string | undefined;
}

export type Base = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly missing: string };

/** `params`: the bytes after the label in `signature-input`. */
export function signatureBase(
  message: SignedMessage,
  components: readonly string[],
  params: string,
  version: SignatureVersion,
): Base {
  const name = (id: string) => (version === '15' ? `"${id}"` : id);
  const lines: string[] = [];
  for (const component of components) {
    const value = componentValue(message, component);
    if (value === undefined) return { ok: false, missing: component };
    lines.push(`${name(component)}: ${value}`);
  }
  lines.push(`${name('@signature-params')}: ${params}`);
  return { ok: true, text: lines.join('\n') };
}

function componentValue(message: SignedMessage, component: string): string | undefined {
  if (component === '@method') return message.method;
  if (component === '@path') return message.path;
  // Without a query the component does not exist; RFC 9421 would have a lone "?".
  if (component === '@query') return message.query;
  return component.startsWith('@') ? undefined : message.header(component);
}
