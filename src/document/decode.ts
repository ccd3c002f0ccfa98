/** Bytes of a file → text, or the reason why they are no YAML text. Nothing is replaced silently. */

/** `before`: the text up to where it went wrong. */
export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly before: string; readonly message: string };

export function decode(content: Uint8Array | string): Decoded {
  if (typeof content === 'string') return withoutControls(content);
  const [a, b] = content;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    return refused('', 'the file is UTF-16: save it as UTF-8');
  }
  if (a === 0xef && b === 0xbb && content[2] === 0xbf) {
    return refused('', 'the file starts with a byte order mark: save it as UTF-8 without BOM');
  }
  // Half of an ASCII text in UTF-16 without a byte order mark is NUL.
  if ((a === 0 && b !== 0 && b !== undefined) || (b === 0 && a !== 0)) {
    return refused('', 'the file is UTF-16 or binary: save it as UTF-8');
  }
  try {
    return withoutControls(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content));
  } catch {
    return refused(validStart(content), 'this is not valid UTF-8: save the file as UTF-8');
  }
}

/** YAML knows no control characters beside tab and line ends; parsers pass them on all the same. */
function withoutControls(text: string): Decoded {
  // oxlint-disable-next-line no-control-regex -- the control characters are the point
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/.exec(text);
  if (!found) return { ok: true, text };
  const code = found[0].charCodeAt(0);
  const name =
    code === 0 ? 'a NUL character' : `the control character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return refused(
    text.slice(0, found.index),
    `${name} is not allowed in YAML: remove it, or write it as an escape in double quotes`,
  );
}

function refused(before: string, message: string): Decoded {
  return { ok: false, before, message };
}

/** The text before the first byte that is not UTF-8. */
function validStart(content: Uint8Array): string {
  let low = 0;
  let high = content.length;
  const decodes = (end: number): string | undefined => {
    try {
      // `stream` forgives a character cut off at the end.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.subarray(0, end), {
        stream: true,
      });
    } catch {
      return undefined;
    }
  };
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (decodes(middle) === undefined) high = middle - 1;
    else low = middle;
  }
  return decodes(low) ?? '';
}
