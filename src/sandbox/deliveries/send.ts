/** Posts a delivery and gives the receiver's response. Redirects are not followed, as in the API. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** The receiver's response. `error` and status 0 mean that it could not be reached. */
export interface ReceiverResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly error?: string;
}

/** An assumption: the documentation does not say how long a receiver may take. */
const TIMEOUT_MS = 10_000;
/** Bytes of a response that are kept. The rest is read and dropped. */
const BODY_KEPT = 65_536;

export function sendDelivery(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  signal: AbortSignal,
): Promise<ReceiverResponse> {
  return new Promise((resolve) => {
    const unreachable = (error: Error & { code?: string }) => {
      const timedOut = error.name === 'TimeoutError' || (error.cause as Error | undefined)?.name === 'TimeoutError';
      const said = timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : error.message || error.code || error.name;
      resolve({ status: 0, headers: {}, body: '', error: said });
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const options = {
      method: 'POST',
      headers,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    };
    const outgoing = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let kept = 0;
      response.on('data', (chunk: Buffer) => {
        if (kept < BODY_KEPT) chunks.push(chunk.subarray(0, BODY_KEPT - kept));
        kept += chunk.length;
      });
      response.on('error', unreachable);
      response.on('end', () => {
        const { statusCode = 0, headersDistinct } = response;
        const named = Object.entries(headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']);
        resolve({
          status: statusCode,
          headers: Object.fromEntries(named),
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    outgoing.on('error', unreachable);
    outgoing.end(body);
  });
}
