/** What a command says where Upvest refuses it: which of signature, secret, scope and clock it is, with what to compare. */
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { program } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

type Options = Parameters<typeof Tenant.with>[1];

/** What `plan` says, without the parts of it that are random, and how often Upvest was asked. */
async function refusal(
  spoil: (tenant: Tenant) => Promise<Readonly<Record<string, string>>>,
  options?: Options,
): Promise<{ readonly said: string; readonly tenant: Tenant }> {
  await using tenant = await Tenant.with([], options);
  await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
  const { code, stdout, stderr } = await program(['plan'], { ...tenant.env, ...(await spoil(tenant)) });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return { said: stderr.replaceAll(/ \(request [0-9a-f-]{36}\)/g, ''), tenant };
}

/** As `openssl pkey -pubout -outform DER | openssl dgst -sha256 -binary | openssl base64` has it. */
function fingerprintOf(publicKeyPem: string): string {
  const der = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}

function identity(
  { sandbox }: Tenant,
  other: { clientId?: string; keyId?: string; publicKeyPem?: string } = {},
): string {
  const { clientId, keyId, publicKeyPem } = sandbox.credentials;
  const fingerprint = fingerprintOf(other.publicKeyPem ?? publicKeyPem);
  return `api.clientId "${other.clientId ?? clientId}", api.keyId "${other.keyId ?? keyId}", public key of api.privateKeyFile ${fingerprint}`;
}

const SIGNATURE =
  'error: POST /auth/token answered 401 Unauthorised: Signature is incorrect. It is the signature: check that these are registered together at Upvest, in this environment: ';

describe('a refusal that is about the signature says so, with what it was made from:', () => {
  it('a key id that is not the one of the client', async () => {
    const { said, tenant } = await refusal(async () => ({ UPVEST_KEY_ID: 'another-key' }));
    expect(said).toBe(`${SIGNATURE}${identity(tenant, { keyId: 'another-key' })}\n`);
  });

  it('a private key that is not the one of the key id, by its public fingerprint', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const { said, tenant } = await refusal(async ({ env }) => {
      await writeFile(env['UPVEST_PRIVATE_KEY_FILE'] ?? '', privateKey);
      return {};
    });
    expect(said).toBe(`${SIGNATURE}${identity(tenant, { publicKeyPem: publicKey })}\n`);
    expect(said).not.toContain(fingerprintOf(tenant.sandbox.credentials.publicKeyPem));
  });

  it('a client id that Upvest does not know', async () => {
    const clientId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    const { said, tenant } = await refusal(async () => ({ UPVEST_CLIENT_ID: clientId }));
    expect(said).toBe(`${SIGNATURE}${identity(tenant, { clientId })}\n`);
  });

  it('a clock that is off, by how much, where one dated by the API was refused too', async () => {
    const { said } = await refusal(async () => ({ UPVEST_KEY_ID: 'another-key' }), {
      client: { keyType: 'ed25519' },
      now: () => Date.now() - 120_000,
    });
    expect(said).toMatch(/It is the signature: .* SHA256:\S+\. Our clock is 1(19|20|21) s ahead of the Date/);
  });
});

describe('a refusal that is not about the signature says what else it is:', () => {
  it('the client secret', async () => {
    const { said, tenant } = await refusal(async ({ env }) => {
      await writeFile(env['UPVEST_CLIENT_SECRET_FILE'] ?? '', 'wrong');
      return {};
    });
    expect(said).toBe(
      `error: POST /auth/token answered 401 Unauthorised: Client credentials are incorrect. It is the client secret, not the signature: check that api.clientSecretFile (UPVEST_CLIENT_SECRET_FILE or UPVEST_CLIENT_SECRET) is the one of the client "${tenant.sandbox.credentials.clientId}" (api.clientId), and of this environment\n`,
    );
  });

  it('the scope, and that the other one was refused too', async () => {
    const client = { keyType: 'ed25519', scopes: ['orders:read'] } as const;
    const { said, tenant } = await refusal(async () => ({}), { client });
    expect(said).toBe(
      `error: POST /auth/token answered 401 Unauthorised: The requested scope was not granted. It is the scope, not the signature: ask Upvest to grant webhooks:read to the client "${tenant.sandbox.credentials.clientId}" (api.clientId). With webhooks:admin instead of webhooks:read it was refused too: POST /auth/token answered 401 Unauthorised\n`,
    );
  });
});
