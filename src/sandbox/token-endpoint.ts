/** `POST /auth/token`: OAuth 2.0 client credentials in a form. */
import type { Client } from './clients.ts';
import type { Incoming } from './incoming.ts';
import type { Parts } from './parts.ts';
import { Refusal } from './problem.ts';
import { checkContentType } from './read-request.ts';
import { jsonReply, type Reply } from './reply.ts';

const FIELDS = ['client_id', 'client_secret', 'grant_type', 'scope'] as const;

export function issueToken(request: Incoming, client: Client, parts: Parts): Reply | Refusal {
  const wrongType = checkContentType(request, 'application/x-www-form-urlencoded');
  if (wrongType) return wrongType;
  const form = new URLSearchParams(request.body.toString('utf8'));
  const errors = formErrors(form);
  if (form.get('client_id') !== client.clientId && form.has('client_id')) {
    errors.push('client_id: differs from the header upvest-client-id');
  }
  if (errors.length > 0) return new Refusal(400, errors.join('; '));
  if (form.get('client_secret') !== client.clientSecret) {
    return new Refusal(401, 'Client credentials are incorrect', { why: 'client_secret is wrong' });
  }
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const refused = asked.filter((scope) => !client.scopes.includes(scope));
  if (refused.length > 0) {
    const why = `the client was not granted ${refused.join(', ')} (but ${client.scopes.join(', ')})`;
    return new Refusal(401, 'The requested scope was not granted', { why });
  }
  const { tokenLifetimeSeconds } = parts.switches();
  return jsonReply(200, {
    access_token: parts.tokens.issue(client.clientId, asked, tokenLifetimeSeconds),
    token_type: 'bearer',
    expires_in: tokenLifetimeSeconds,
    scope: asked.join(' '),
  });
}

function formErrors(form: URLSearchParams): string[] {
  const errors: string[] = [];
  for (const name of FIELDS) {
    const values = form.getAll(name);
    if (values.length > 1) errors.push(`${name}: given more than once`);
    else if (!values[0]?.trim()) errors.push(`(root): field '${name}' was not filled`);
    else if (values[0].length > 1000) errors.push(`${name}: must be at most 1000 characters`);
  }
  const grant = form.get('grant_type');
  if (grant && grant !== 'client_credentials') errors.push('grant_type: must be client_credentials');
  for (const name of form.keys()) {
    if (!(FIELDS as readonly string[]).includes(name)) errors.push(`${name}: field is not allowed here`);
  }
  return errors;
}
