/** ISO 8601 with time and zone → the same instant in UTC; undefined for anything else, a 30 February included. */
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

export function instant(text: string): string | undefined {
  const [, year, month, day, hour, minute, second = '0', fraction = '0', sign, zoneHours = '0', zoneMinutes = '0'] =
    INSTANT.exec(text) ?? [];
  if (year === undefined) return undefined;
  const local = [Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)] as const;
  const milliseconds = Math.trunc(Number(fraction) * 1000);
  const asWritten = new Date(Date.UTC(...local, milliseconds));
  // Date rolls over: a 30 February becomes a 2 March.
  const back = [asWritten.getUTCFullYear(), asWritten.getUTCMonth(), asWritten.getUTCDate(), asWritten.getUTCHours()];
  if (back.some((part, index) => part !== local[index]) || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return undefined;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return new Date(asWritten.getTime() - offsetMs).toISOString();
}
