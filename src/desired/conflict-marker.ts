/** What a merge leaves in a file that somebody has to decide about. */
import { roughLines } from '../document/decode.ts';

const OPENING = '<<<<<<< ';
/** Of either byte order. */
const OPENING_UTF16 = Buffer.from(OPENING.trim(), 'utf16le');

/** The line, from 1, of the first conflict; undefined if there is none. */
export function conflictMarkerLine(content: Uint8Array): number | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.includes(OPENING) && !bytes.includes(OPENING_UTF16)) return undefined;
  const lines = roughLines(content);
  const opening = lines.findIndex((line) => line.startsWith(OPENING));
  if (opening === -1) return undefined;
  const middle = lines.findIndex((line, index) => index > opening && line.trimEnd() === '=======');
  const closing = lines.findIndex((line, index) => index > middle && line.startsWith('>>>>>>> '));
  return middle !== -1 && closing !== -1 ? opening + 1 : undefined;
}
