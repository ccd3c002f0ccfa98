import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { Admission } from '../../../src/daemon/endpoints/access.ts';
import { CredentialError } from '../../../src/http/credential-file.ts';

it('a token that cannot be read is logged once until it is read again, whatever else is asked for meanwhile', async () => {
  const lines: string[] = [];
  const admission = new Admission((happening) => {
    if (happening.kind === 'token-unreadable') lines.push(happening.token);
  });
  let isThere = false;
  const reading = async () => {
    if (!isThere) throw new CredentialError('gone');
    return new Secret('token');
  };
  const request = { headers: {}, headersDistinct: {}, socket: {}, url: '/' } as unknown as IncomingMessage;
  const ask = async () => {
    for (const access of ['reading', 'nothing', 'name', 'trigger'] as const)
      await admission.denial(request, access, { reading });
  };
  await ask();
  await ask();
  expect(lines).toEqual(['the token of server.tokenFile']);

  isThere = true;
  await ask();
  isThere = false;
  await ask();
  expect(lines).toHaveLength(2);
});
