/** What a commit says of itself. */
import { printable } from '../../printable.ts';
import { readObject } from './object-store.ts';

export interface Commit {
  /** Id of the top folder. */
  readonly tree: string;
  readonly author?: string;
  /** When it was committed, ISO 8601, UTC. */
  readonly time?: string;
  /** The first paragraph of the message on one line, as `git log --format=%s`. */
  readonly subject?: string;
}

const MAX_TEXT = 200;
/** Of a message so much is looked at; its lines are of any number. */
const MAX_PARAGRAPH = 4_096;

export async function readCommit(commonDir: string, id: string): Promise<Commit | undefined> {
  const object = await readObject(commonDir, id);
  return object?.type === 'commit' ? parseCommit(object.content) : undefined;
}

function parseCommit(content: Buffer): Commit | undefined {
  const encoding = /^encoding (\S+)$/m.exec(content.toString('latin1').split('\n\n', 1)[0] ?? '')?.[1];
  const text = decode(content, encoding);
  const end = text.indexOf('\n\n');
  const header = end === -1 ? text : text.slice(0, end);
  const tree = /^tree ([0-9a-f]+)$/m.exec(header)?.[1];
  if (tree === undefined) return undefined;
  const author = bounded(/^author (.*?) ?</m.exec(header)?.[1] ?? '');
  const seconds = Number(/^committer .*> (-?\d+) [+-]\d+$/m.exec(header)?.[1]);
  const paragraph =
    end === -1
      ? ''
      : text
          .slice(end + 2)
          .trimStart()
          .slice(0, MAX_PARAGRAPH)
          .trim()
          .split(/\n\s*\n/, 1)[0];
  const subject = bounded(
    (paragraph ?? '')
      .split('\n')
      .map((line) => line.trim())
      .join(' '),
  );
  return {
    tree,
    ...(author === '' ? {} : { author }),
    ...(Math.abs(seconds) < 8.64e12 ? { time: new Date(seconds * 1000).toISOString() } : {}),
    ...(subject === '' ? {} : { subject }),
  };
}

function decode(content: Buffer, encoding = 'utf-8'): string {
  try {
    return new TextDecoder(encoding).decode(content);
  } catch {
    return content.toString('utf8');
  }
}

function bounded(text: string): string {
  return printable(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);
}
