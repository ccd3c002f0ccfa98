/** Reading and replacing files in the ways that programs really do. */
import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';

/** The content, or undefined where the file does not exist. */
export function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Saves as editors do: written beside it, then renamed over it. */
export function saveByRename(file: string, content: string): void {
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

/** Swaps a link as git-sync and the kubelet do: a new link beside the old one, renamed over it. */
export function pointLink(link: string, target: string): void {
  symlinkSync(target, `${link}.tmp`);
  renameSync(`${link}.tmp`, link);
}
