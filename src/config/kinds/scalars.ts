/** Kinds of single values: durations, numbers, words, secrets, paths, addresses and names. */
import { resolve } from 'node:path';
import { isLoopback } from '../../base/loopback.ts';
import { Secret } from '../../base/secret.ts';
import { show, suggest } from '../../base/text.ts';
import { bad, good, type Kind, textual } from '../setting.ts';

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Reads `250ms`, `30s`, `5m` or `2h` as milliseconds; undefined where the text is not a whole number and a unit. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,12})(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS.find(([name]) => name === unit)?.[1];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Writes milliseconds in the largest unit that leaves no remainder. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const [unit, factor] = UNITS.find(([, factor]) => ms % factor === 0) ?? ['ms', 1];
  return `${ms / factor}${unit}`;
}

/** A duration in milliseconds, from `least` to `most`, both included. */
export function duration(least: string, most: string): Kind<number> {
  const [min, max] = [parseDuration(least) ?? 0, parseDuration(most) ?? Infinity];
  return textual((text) => {
    const ms = parseDuration(text);
    if (ms === undefined) return bad(notADuration(text));
    return ms >= min && ms <= max ? good(ms) : bad(`${show(text)} is out of range: write ${least} to ${most}`);
  }, formatDuration);
}

/** The message for a text that should be a duration. */
export function notADuration(text: string): string {
  return /^\d{1,12}$/.test(text)
    ? `${show(text)} has no unit: write ${text}ms, ${text}s, ${text}m or ${text}h`
    : `${show(text)} is not a duration: write a whole number and ms, s, m or h, such as 250ms, 30s, 5m or 2h`;
}

const range = duration('1s', '1h');

/** A duration of whole seconds, in milliseconds. A Lease holds its duration in whole seconds. */
export const seconds: Kind<number> = {
  ...range,
  fromText: (text, base) => whole(text, range.fromText(text, base)),
  fromFile: (value, base) => whole(String(value), range.fromFile(value, base)),
};

function whole(text: string, read: ReturnType<typeof range.fromText>): ReturnType<typeof range.fromText> {
  return read.ok && read.value % 1000 !== 0 ? bad(`${show(text)} is not a whole number of seconds`) : read;
}

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return textual((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max
      ? good(value)
      : bad(`${show(text)} is not a whole number from ${min} to ${max}`);
  });
}

/** `true` or `false` only, since programs disagree about what `no`, `off` and `0` mean. */
export const trueOrFalse: Kind<boolean> = textual((text) =>
  text === 'true' || text === 'false'
    ? good(text === 'true')
    : bad(`${show(text)} is neither true nor false: write one of them`),
);

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

/** Text that goes into an HTTP header as it is: visible ASCII without spaces. */
export const token: Kind<string> = textual((text) =>
  /^[\x21-\x7e]{1,200}$/.test(text)
    ? good(text)
    : bad(`${show(text)} cannot be right: write at most 200 characters of ASCII, without spaces`),
);

/** A secret in the environment. A line break at its end comes from the tool that stored it and is removed. */
export const secretText: Kind<Secret> = {
  fromText: (text) => good(new Secret(text.replace(/\r?\n$/, ''))),
  fromFile: () => bad('a secret does not belong here: put it into a file of its own and give its path'),
  toFile: (secret) => secret.toJSON(),
};

/** A path, made absolute. */
export const filePath: Kind<string> = textual((text, base) =>
  /[\n\0]/.test(text) ? bad(`${show(text)} is not a path: it has a line break`) : good(resolve(base, text)),
);

/** The path of a file that holds a secret. The operator may have given the contents instead, so they are not shown. */
const secretFilePath: Kind<string> = textual((text, base) =>
  text.includes('-----BEGIN') || /[\n\0]/.test(text)
    ? bad('holds the contents of a file (not shown here): write the path of the file')
    : good(resolve(base, text)),
);

/** The members of a row whose setting names such a file. */
export const SECRET_FILE = { kind: secretFilePath, isSecretFile: true } as const;

/** The address of the API: https, or http on this machine. Without a slash at the end. */
export const apiUrl: Kind<string> = textual((text) => {
  // The text is not shown: there may be a password before the @.
  if (/^[^/]*\/*[^/]*@/.test(text)) return bad('holds a user name or a password: write the address without them');
  const url = URL.parse(text);
  if (!url || !/^https?:\/\//i.test(text)) {
    return bad(`${show(text)} is not an address: write one such as https://api.upvest.co`);
  }
  // The text is not shown: a query may hold a token.
  if (url.search || url.hash) return bad('has a query or a fragment: write the address without them');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return bad(`${show(text)} would send tokens unencrypted: write https:// (http:// is for localhost only)`);
  }
  return good(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
});

/** A host name or an IP address to listen on, without scheme and port. */
export const hostName: Kind<string> = textual((text) =>
  /^([A-Za-z0-9.-]{1,253}|[0-9A-Fa-f:.]{2,45}(%\w{1,20})?)$/.test(text)
    ? good(text)
    : bad(`${show(text)} is not a host: write a name or an IP address alone, such as 0.0.0.0, :: or localhost`),
);

/** `namespace/name`, by the rules of Kubernetes: a DNS label, and a DNS subdomain. */
export const leaseName: Kind<string> = textual((text) => {
  const [namespace = '', name = '', ...more] = text.split('/');
  if (namespace === '' || name === '' || more.length > 0)
    return bad(`${show(text)} is not a lease: write namespace/name, such as payments/webhook-reconciler`);
  if (namespace.length > 63 || !LABEL.test(namespace))
    return bad(`${show(namespace)} is not a namespace: ${RULE}, 63 characters at most`);
  if (name.length > 253 || !name.split('.').every((part) => LABEL.test(part)))
    return bad(`${show(name)} is not the name of a lease: ${RULE} in each part between dots, 253 characters at most`);
  return good(text);
});

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const RULE = 'write lower-case letters, digits and -, with a letter or a digit at both ends';

/** An IANA name such as Europe/Berlin, as far as this Node knows it. */
export const timezone: Kind<string> = textual((text) =>
  isTimezone(text) ? good(text) : bad(`${show(text)} is not a time zone: write UTC or a name such as Europe/Berlin`),
);

function isTimezone(text: string): boolean {
  // Intl takes offsets (+02:00) too, but an offset has no summer time, which is the reason to set a zone.
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}
