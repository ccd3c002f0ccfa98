import { describe, expect, it } from 'vitest';
import { unanswered } from '../../../src/http/unanswered.ts';

/** An error as Node makes it. */
function systemError(code: string, members: Readonly<Record<string, unknown>> = {}, message = code): Error {
  return Object.assign(new Error(message), { code, ...members });
}

const SETTING = 'api.url (UPVEST_API_URL)';

describe('a request that got no answer says which part of the way failed:', () => {
  it.each([
    [
      'a DNS server that does not answer',
      systemError('EAI_AGAIN', { hostname: 'api.upvest.co' }),
      'DNS does not answer for api.upvest.co (EAI_AGAIN)',
      /reaches its DNS server/,
    ],
    [
      'no route',
      systemError('ENETUNREACH', { address: '2001:db8::1', port: 443 }),
      'there is no route to [2001:db8::1]:443 (ENETUNREACH)',
      /network, its VPN or the NetworkPolicy/,
    ],
    [
      'a port that drops packets',
      systemError('UND_ERR_CONNECT_TIMEOUT', {}, 'Connect Timeout Error (attempted address: api.upvest.co:443)'),
      'no connection came about in time',
      /firewall or NetworkPolicy drops/,
    ],
    [
      'several addresses that refuse',
      Object.assign(
        new AggregateError([
          systemError('ECONNREFUSED', { address: '::1', port: 443 }),
          systemError('ECONNREFUSED', { address: '127.0.0.1', port: 443 }),
        ]),
        { code: 'ECONNREFUSED' },
      ),
      'connection refused by [::1]:443 and 127.0.0.1:443 (ECONNREFUSED)',
      /Nothing listens there/,
    ],
    [
      'an authority in the chain that is not trusted',
      systemError('SELF_SIGNED_CERT_IN_CHAIN'),
      'its certificate leads to an authority that is not trusted here (SELF_SIGNED_CERT_IN_CHAIN)',
      /NODE_EXTRA_CA_CERTS;/,
    ],
    [
      'a certificate that is not valid yet',
      systemError('CERT_NOT_YET_VALID'),
      'its certificate, or one it leads to, is not valid yet (CERT_NOT_YET_VALID)',
      /clock of this machine/,
    ],
  ])('%s', (_, error, message, advice) => {
    const told = unanswered(error, undefined, SETTING);
    expect(told.message).toBe(message);
    expect(told.advice).toMatch(advice);
  });

  it('lasting is only what no further attempt can change', () => {
    const isLasting = (code: string) => unanswered(systemError(code), undefined, SETTING).isLasting ?? false;
    const codes = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'CERT_HAS_EXPIRED', 'ECONNRESET'];
    expect(codes.filter(isLasting)).toEqual(['ENOTFOUND', 'CERT_HAS_EXPIRED']);
  });

  it('names of a certificate are shown in one line, and bounded', () => {
    const cert = { subjectaltname: `DNS:a\u001b[31m, ${'DNS:long.example, '.repeat(50)}` };
    const error = systemError('ERR_TLS_CERT_ALTNAME_INVALID', { host: 'api.upvest.co', cert });
    const { message } = unanswered(error, undefined, SETTING);
    expect(message).toMatch(/^its certificate is for DNS:a \[31m, \P{Cc}+…, not for api\.upvest\.co/u);
    expect(message.length).toBeLessThan(200);
  });
});
