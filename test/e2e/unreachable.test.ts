/** What a command says of an API that it cannot reach: which of DNS, port and certificate it is, and what to do. */
import { createServer, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CertificateName, certificate } from '../support/kubernetes/certificates.ts';
import { program, RunningDaemon } from '../support/program.ts';
import { Tenant } from '../support/tenant.ts';

const SETTING = 'api.url (UPVEST_API_URL)';

async function listening(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function tlsAt(name: CertificateName): Promise<string> {
  return `https://127.0.0.1:${await listening(createTls(certificate(name), (_, response) => response.end()))}`;
}

async function closedPort(): Promise<number> {
  const server = createTcp();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function file(name: CertificateName): string {
  return join(import.meta.dirname, `../fixtures/kubernetes/${name}.crt`);
}

async function plan(url: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  await using tenant = await Tenant.with();
  await tenant.files('- { title: Orders, url: https://hooks.example.com/orders }');
  const { code, stdout, stderr } = await program(['plan'], { ...tenant.env, UPVEST_API_URL: url, ...env });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
}

describe('an API that no attempt could reach is given up at once, in one line:', () => {
  it('a name that does not exist', async () => {
    expect(await plan('https://upvest.invalid')).toBe(
      `error: POST /auth/token got no answer: the name upvest.invalid does not exist (ENOTFOUND). Correct ${SETTING}, or the DNS server that this machine asks\n`,
    );
  });

  it.each<[string, CertificateName, string, Readonly<Record<string, string>>]>([
    [
      'self-signed',
      'self-signed',
      'its certificate is self-signed, and not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT). Name the file of its authority in NODE_EXTRA_CA_CERTS; a proxy that reads TLS shows its own certificate',
      {},
    ],
    [
      'of an unknown authority',
      'server',
      'its certificate comes without the one of its authority, which is not known here (UNABLE_TO_VERIFY_LEAF_SIGNATURE). Name the file of its authority in NODE_EXTRA_CA_CERTS; a proxy that reads TLS shows its own certificate',
      {},
    ],
    [
      'that has expired',
      'expired',
      'its certificate, or one it leads to, has expired (CERT_HAS_EXPIRED). See whether the clock of this machine is right; if it is, the server needs a new certificate',
      { NODE_EXTRA_CA_CERTS: file('expired') },
    ],
    [
      'for another name',
      'named-server',
      `its certificate is for DNS:kubernetes.default.svc, not for 127.0.0.1 (ERR_TLS_CERT_ALTNAME_INVALID). Correct the host in ${SETTING}; a proxy that reads TLS shows its own certificate`,
      { NODE_EXTRA_CA_CERTS: file('ca') },
    ],
  ])('a certificate %s', async (_, name, said, env) => {
    expect(await plan(await tlsAt(name), env)).toBe(`error: POST /auth/token got no answer: ${said}\n`);
  });

  it('a port where no TLS is spoken', async () => {
    const port = await listening(createServer((_, response) => response.end()));
    expect(await plan(`https://127.0.0.1:${port}`)).toMatch(
      /^error: POST \/auth\/token got no answer: the server does not speak TLS at that port \([A-Z_]+\)\. Correct scheme and port in api\.url \(UPVEST_API_URL\)\n$/,
    );
  });
});

describe('an API that another attempt might reach is asked again, and the advice is said once, at the end:', () => {
  it('a port where nothing listens', async () => {
    const port = await closedPort();
    const [retried, error, ...more] = (await plan(`https://127.0.0.1:${port}`, { UPVEST_RETRIES: '1' })).split('\n');
    const said = `POST /auth/token got no answer: connection refused by 127.0.0.1:${port} (ECONNREFUSED)`;
    expect(JSON.parse(retried ?? '')).toMatchObject({ level: 'info', attempt: 1, message: said });
    expect(error).toBe(
      `error: ${said}, 2 attempts. Nothing listens there, or a firewall rejects it: correct host and port in ${SETTING}`,
    );
    expect(more).toEqual(['']);
  });

  it('a server that takes the connection and says nothing', async () => {
    const port = await listening(createTcp());
    const env = { UPVEST_RETRIES: '0', UPVEST_TIMEOUT: '100ms' };
    expect(await plan(`https://127.0.0.1:${port}`, env)).toMatch(
      /^error: .*time limit of 100 ms reached before there was a connection\. Most likely a firewall or NetworkPolicy drops/,
    );
  });
});

describe('a daemon', () => {
  it('goes on trying, even where the name does not exist', async () => {
    await using tenant = await Tenant.with();
    await using daemon = await RunningDaemon.start([], { ...tenant.env, UPVEST_API_URL: 'https://upvest.invalid' });
    const retried = await daemon.until(({ msg, attempt }) => msg === 'api request is sent again' && attempt === 2);
    expect(retried).toMatchObject({
      message: 'POST /auth/token got no answer: the name upvest.invalid does not exist (ENOTFOUND)',
    });
  });
});
