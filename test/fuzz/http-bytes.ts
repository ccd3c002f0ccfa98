/** What may come over a connection to our endpoints. */
import fc from 'fast-check';

const word = fc.oneof(
  fc.constantFrom('GET', 'POST', 'HEAD', 'TRACE', 'CONNECT', 'OPTIONS', '/livez', '/-/reconcile', '*', 'HTTP/1.1'),
  fc.constantFrom('\r\n', '\r\n\r\n', ' ', ':', '\n', '\0', 'host: localhost', 'content-length: -1', 'upgrade: x'),
  fc.constantFrom('transfer-encoding: chunked', 'expect: 100-continue', 'connection: upgrade', '0\r\n\r\n'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const garbage = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));

const path = fc.oneof(
  fc.constantFrom('/status', '/metrics', '/livez', '/healthz', '/readyz', '/-/reconcile', '/-/reconcile?wait=true'),
  fc.constantFrom(
    '//status',
    '/./status',
    '/a/../status',
    '/%2e%2e/status',
    '/status\\',
    'http://evil.tld/status',
    '*',
  ),
  fc.webPath(),
);
const headers = fc.array(
  fc.tuple(
    fc.constantFrom('host', 'origin', 'sec-fetch-site', 'content-length', 'expect', 'connection', 'authorization', 'x'),
    fc.oneof(
      fc.constantFrom('localhost', 'evil.tld', 'null', '5', '99999999', '100-continue', 'close', 'keep-alive'),
      fc.constantFrom('Bearer x', 'x'.repeat(9_000), 'upgrade', 'chunked'),
    ),
  ),
  { maxLength: 5 },
);
const request = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'get'),
    path,
    fc.constantFrom('1.1', '1.0', '0.9', '2.0'),
    headers,
  )
  .map(([method, target, version, fields]) =>
    [`${method} ${target} HTTP/${version}`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n'),
  );

/** Garbage, requests, many of them down one pipe, and bodies that are none. */
export const anyBytes: fc.Arbitrary<string> = fc.oneof(
  garbage,
  request,
  fc.tuple(request, fc.constantFrom(2, 50)).map(([text, times]) => text.repeat(times)),
  fc.tuple(request, garbage, fc.constantFrom(1, 5_000)).map(([text, body, times]) => text + body.repeat(times)),
);
