import { show } from '../../document/show.ts';
import { suggest } from '../../document/suggest.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** One of a few words. */
export function oneOf<const T extends string>(...words: readonly T[]): Kind<T> {
  const known = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return textual((text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return good(word);
    const near = suggest(text, words);
    return bad(`${show(text)} is not known${near ? `, did you mean ${show(near)}? It is` : ': write'} ${known}`);
  });
}
