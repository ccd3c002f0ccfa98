/** An answer before it is on the wire. Without `body` it is empty and has no content type. */
export interface Reply {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that the sandbox would send by itself, in lower case. */
  readonly withoutHeaders?: readonly string[];
}

export function jsonReply(status: number, value: unknown): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}
