/** Every field of the table is read from the file and from answers, sent, compared, and checked before a removal. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createBody, differs, quarantineBody, updateBody } from '../../src/subscription/diff.ts';
import { fieldOf, FIELDS, isSameSubscription, isSameValue, withFields } from '../../src/subscription/fields.ts';
import type { Desired, Field, FieldValues, Observed } from '../../src/subscription/subscription.ts';
import { readWebhook, writeCreate, writeUpdate } from '../../src/upvest/wire.ts';
import { compileFiles } from '../../src/desired/compile.ts';

/** Two values of each field with different meanings, and whether POST accepts the field. */
const EXAMPLES: { readonly [F in Field]: readonly [FieldValues[F], FieldValues[F], isCreated: boolean] } = {
  title: ['Users', 'Orders', true],
  url: ['https://tenant.tld/users', 'https://tenant.tld/orders', true],
  enabled: [false, true, false],
  type: [['USER'], ['ALL'], true],
  exclude_type: [['REPORT'], ['USER', 'ORDER'], true],
  'config.delay': ['5s', '20s', true],
  'config.max_package_size': [1000, 2000, true],
};

const BASE = { title: 'Users', url: 'https://tenant.tld/users', enabled: false, type: ['ALL'], config: {} };
const TIMES = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-02T00:00:00Z' };

/** The base as a JSON object, with one field at this value. */
function withValue(field: Field, value: unknown): typeof BASE {
  const [member = '', inner] = field.split('.');
  return { ...BASE, [member]: inner === undefined ? value : { [inner]: value } };
}

async function fromFile(entry: object): Promise<Desired> {
  const { desired, problems } = await compileFiles([{ name: 'a.yaml', content: Buffer.from(JSON.stringify(entry)) }], {
    substitute: {},
  });
  expect(problems.byPlace()).toEqual([]);
  const [only] = desired;
  if (!only) throw new Error('no entry');
  return only;
}

function fromAnswer(json: object): Observed {
  return readWebhook({ id: 'a', ...TIMES, ...json }, 'it');
}

function sent(bytes: Buffer): Observed {
  return fromAnswer(JSON.parse(bytes.toString()) as object);
}

describe.each(FIELDS)('%s', (field) => {
  const [one, other, isCreated] = EXAMPLES[field];

  it('is taken from the file', async () => {
    expect(fieldOf(await fromFile(withValue(field, other)), field)).toEqual(other);
  });

  it('is read from an answer', () => {
    expect(fieldOf(fromAnswer(withValue(field, other)), field)).toEqual(other);
  });

  it('is sent with a create, where the API accepts it there', async () => {
    const body = createBody(await fromFile(withValue(field, other)));
    expect(isSameValue(field, fieldOf(sent(writeCreate(body)), field), other as never)).toBe(isCreated);
  });

  it('is compared, and sent with the update that changes it', async () => {
    const [desired, observed] = [await fromFile(withValue(field, other)), fromAnswer(withValue(field, one))];
    expect(differs(desired, observed).map((change) => change.field)).toContain(field);
    const after = sent(writeUpdate(updateBody(desired, observed)));
    expect(differs(desired, after)).toEqual([]);
  });

  it('stays as observed where it is ignored', async () => {
    const desired = { ...(await fromFile(withValue(field, other))), ignore: [field] };
    const observed = fromAnswer(withValue(field, one));
    expect(fieldOf(sent(writeUpdate(updateBody(desired, observed))), field)).toEqual(one);
  });

  it('is checked before a removal, and not changed by a quarantine', () => {
    const [planned, now] = [fromAnswer(withValue(field, one)), fromAnswer(withValue(field, other))];
    expect(isSameSubscription(planned, now)).toBe(false);
    const quarantined = sent(writeUpdate(quarantineBody(now)));
    expect(fieldOf(quarantined, field)).toEqual(field === 'enabled' ? false : other);
  });
});

const values = fc.record(
  Object.fromEntries(FIELDS.map((field) => [field, fc.constantFrom(0, 1)])) as Record<Field, fc.Arbitrary<0 | 1>>,
);

test.prop([values, values])('an update leaves nothing to do, whatever differs', async (wanted, shown) => {
  const build = (choice: Readonly<Record<Field, 0 | 1>>) =>
    withFields((field) => EXAMPLES[field][choice[field]] as never);
  const { exclude_type: _, ...entry } = build(wanted);
  const desired = await fromFile(wanted.type === 1 ? build(wanted) : entry);
  const observed = fromAnswer(build(shown));
  const after = sent(writeUpdate(updateBody(desired, observed)));
  expect(differs(desired, after)).toEqual([]);
  for (const field of FIELDS) {
    if (field === 'exclude_type' && wanted.type === 0) continue;
    expect(isSameValue(field, fieldOf(after, field) as never, fieldOf(desired, field) as never)).toBe(true);
  }
});
