const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * A duration as the API may write it, in milliseconds; undefined where the text is none.
 * Wider than what may be sent (`5s`): the server may show `60s` as `1m` or `1m0s`.
 */
export function delayMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

/** The same duration as the API takes it: upvest-api.md, section 4. As it is where there is no such form of it. */
export function writableDelay(text: string): string {
  if (WRITABLE.test(text)) return text;
  const seconds = (delayMs(text) ?? 0) / 1000;
  return [`${seconds}s`, `${seconds / 60}m`].find((written) => WRITABLE.test(written)) ?? text;
}

const WRITABLE = /^[1-9][0-9]?[sm]$/;
