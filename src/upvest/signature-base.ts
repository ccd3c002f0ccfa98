/** The text that a message signature signs (upvest-api.md, section 3). Pure: the same for signing and for verifying. */

/** `query`: with the leading `?`, exactly as sent; empty where there is none. Header names in lower case. */
export interface MessageParts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One line per covered component, in the order given, then the parameters; LF between, none at the end.
 * `params`: the text after the label in `signature-input`, byte for byte.
 * `version`: 15 for requests; 6, which Upvest's deliveries have, writes the names without quotes.
 * Throws RangeError for a component the message does not have: signing what is not sent would only fail at the other end.
 */
export function signatureBase(
  message: MessageParts,
  covered: readonly string[],
  params: string,
  version: 6 | 15 = 15,
): string {
  const name = version === 15 ? (id: string) => `"${id}"` : (id: string) => id;
  const lines = covered.map((id) => `${name(id)}: ${valueOf(message, id)}`);
  return [...lines, `${name('@signature-params')}: ${params}`].join('\n');
}

function valueOf(message: MessageParts, id: string): string {
  switch (id) {
    case '@method':
      return message.method.toUpperCase();
    case '@path':
      return message.path || '/';
    case '@query':
      if (message.query !== '') return message.query;
      break;
    default: {
      const value = message.headers[id];
      if (value !== undefined) return value.trim();
    }
  }
  throw new RangeError(`the message has no component ${id}`);
}
