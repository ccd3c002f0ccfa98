import { resolve } from 'node:path';
import { show } from '../../document/show.ts';
import { bad, good, type Kind, textual } from '../kind.ts';

/** A path, made absolute. */
export const filePath: Kind<string> = textual((text, base) =>
  /[\n\0]/.test(text) ? bad(`${show(text)} is not a path: it has a line break`) : good(resolve(base, text)),
);

/** The path of a file that holds a secret. Somebody may have given the contents instead: they are not shown. */
export const secretFilePath: Kind<string> = textual((text, base) =>
  text.includes('-----BEGIN') || /[\n\0]/.test(text)
    ? bad('holds the contents of a file (not shown here): write the path of the file')
    : good(resolve(base, text)),
);
