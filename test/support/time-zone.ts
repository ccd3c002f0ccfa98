/** A time zone for the tests of one file, whatever the machine's is. */

type Hook = (run: () => void) => void;

/** Node takes a changed TZ over at once, in the whole process: it is put back after the file. */
export function inBerlin(beforeAll: Hook, afterAll: Hook): void {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'Europe/Berlin';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
}
