/** Writes the effective configuration for people and programs: each value as in a file, and where it came from. */
import { Document, isScalar, Pair, Scalar, YAMLMap } from 'yaml';
import { printable, printableJson } from '../base/text.ts';
import type { Effective } from './precedence.ts';
import { settingOf } from './settings.ts';

export const DESCRIPTION_FORMATS = ['text', 'json', 'yaml'] as const;
export type DescriptionFormat = (typeof DESCRIPTION_FORMATS)[number];

/**
 * `text` is a table. `json` is `{"<key>": {"value", "origin"}}`, with null where there is no value. `yaml` is a
 * configuration file that means the same, with the origins as comments. No format shows a secret. Ends with a newline.
 */
export function describeConfig(origins: readonly Effective[], format: DescriptionFormat): string {
  return WRITERS[format](origins);
}

const WRITERS: Readonly<Record<DescriptionFormat, (origins: readonly Effective[]) => string>> = {
  text: asTable,
  json: asJson,
  yaml: asYaml,
};

function asTable(origins: readonly Effective[]): string {
  const rows = origins.map(({ key, shown, place }) => [key, inWords(key, shown), printable(place)] as const);
  const keys = Math.max(...rows.map(([key]) => key.length));
  const values = Math.min(48, Math.max(...rows.map(([, value]) => value.length)));
  return rows.map(([key, value, place]) => `${key.padEnd(keys)}  ${value.padEnd(values)}  ${place}\n`).join('');
}

function inWords(key: Effective['key'], shown: unknown): string {
  const { defaultInWords = '–' } = settingOf(key);
  if (shown === undefined) return defaultInWords;
  return printable(typeof shown === 'string' ? shown : JSON.stringify(shown));
}

function asJson(origins: readonly Effective[]): string {
  const entries = origins.map(({ key, shown, place }) => [key, { value: shown ?? null, origin: place }] as const);
  return `${printableJson(JSON.stringify(Object.fromEntries(entries), null, 2))}\n`;
}

function asYaml(origins: readonly Effective[]): string {
  const document = new Document(new YAMLMap());
  for (const { key, shown, place } of origins) {
    const { inFile } = settingOf(key);
    if (shown === undefined) continue;
    const [group = '', name = group] = key.split('.');
    const section = name === group ? rootOf(document) : sectionOf(document, group);
    if (inFile === false) {
      // The file must not hold this setting, so it is written as a comment.
      section.commentBefore = [section.commentBefore, ` ${name}: ${inWords(key, shown)} from ${printable(place)}`]
        .filter(Boolean)
        .join('\n');
      continue;
    }
    const value = document.createNode(shown);
    const label = new Scalar(name);
    if (isScalar(value)) value.comment = ` ${printable(place)}`;
    else label.commentBefore = ` ${printable(place)}`;
    section.add(new Pair(label, value));
  }
  return document.toString({ lineWidth: 0 });
}

function rootOf({ contents }: Document): YAMLMap {
  if (contents instanceof YAMLMap) return contents;
  throw new TypeError('a configuration is a map');
}

function sectionOf(document: Document, group: string): YAMLMap {
  const found = document.get(group);
  if (found instanceof YAMLMap) return found;
  const made = new YAMLMap();
  document.set(group, made);
  return made;
}
