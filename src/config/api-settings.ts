/** The rows of the settings table that say how the API is reached, and as whom. */
import { apiUrl, duration, SECRET_FILE, secretText, token, trueOrFalse, wholeNumber } from './kinds/scalars.ts';
import { row } from './setting.ts';

export const API_SETTINGS = {
  'api.url': row({
    kind: apiUrl,
    about: 'Address of the Upvest API; http:// for this machine only',
    env: 'UPVEST_API_URL',
    flag: { name: '--api-url', placeholder: 'url' },
    default: 'https://sandbox.upvest.co',
  }),
  'api.clientId': row({
    kind: token,
    about: 'Client id of the tenant',
    env: 'UPVEST_CLIENT_ID',
    flag: { name: '--client-id', placeholder: 'id' },
  }),
  'api.clientSecretFile': row({
    ...SECRET_FILE,
    about: 'File that holds the client secret; read again when it changes',
    env: 'UPVEST_CLIENT_SECRET_FILE',
  }),
  'api.clientSecret': row({
    kind: secretText,
    about: 'The client secret itself, instead of a file',
    env: 'UPVEST_CLIENT_SECRET',
    inFile: false,
    insteadOf: 'api.clientSecretFile',
  }),
  'api.keyId': row({
    kind: token,
    about: 'Id under which Upvest knows the public key',
    env: 'UPVEST_KEY_ID',
    flag: { name: '--key-id', placeholder: 'id' },
  }),
  'api.privateKeyFile': row({
    ...SECRET_FILE,
    about: 'File with the private key that signs requests (PEM); read again when it changes',
    env: 'UPVEST_PRIVATE_KEY_FILE',
    flag: { name: '--private-key-file', placeholder: 'file' },
  }),
  'api.privateKeyPassphraseFile': row({
    ...SECRET_FILE,
    about: 'File that holds the passphrase of the private key',
    env: 'UPVEST_PRIVATE_KEY_PASSPHRASE_FILE',
  }),
  'api.privateKeyPassphrase': row({
    kind: secretText,
    about: 'The passphrase itself, instead of a file',
    env: 'UPVEST_PRIVATE_KEY_PASSPHRASE',
    inFile: false,
    insteadOf: 'api.privateKeyPassphraseFile',
  }),
  'api.sign': row({
    kind: trueOrFalse,
    about: "Whether to sign requests; false where they go through Upvest's own signature proxy",
    env: 'UPVEST_SIGN',
    default: 'true',
  }),
  'api.timeout': row({
    kind: duration('10ms', '10m'),
    about: 'How long one request may take, each attempt counted on its own',
    env: 'UPVEST_TIMEOUT',
    default: '10s',
  }),
  'api.concurrency': row({
    kind: wholeNumber(1, 100),
    about: 'How many requests may run at once, and as many test deliveries beside them',
    env: 'UPVEST_CONCURRENCY',
    flag: { name: '--concurrency', placeholder: 'number' },
    default: '4',
  }),
  'api.requestsPerSecond': row({
    kind: wholeNumber(1, 1000),
    about: 'How many requests may start within any second',
    env: 'UPVEST_REQUESTS_PER_SECOND',
    default: '10',
  }),
  'api.retries': row({
    kind: wholeNumber(0, 20),
    about: 'How often a request that may be repeated is repeated before the pass fails',
    env: 'UPVEST_RETRIES',
    default: '5',
  }),
};
