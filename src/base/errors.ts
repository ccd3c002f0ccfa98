/** The base of every error this program throws, its code, and how any thrown value is put into words. */

/**
 * Codes of errors that may be shown to users: the message says what happened, where and what to do, without a stack.
 */
const REPORTED_CODES = [
  'api',
  'credential',
  'incomplete-listing',
  'not-leader',
  'plan-dropped',
  'checkout',
  'pass-aborted',
  'kubernetes',
  'kubernetes-access',
  'stopped',
] as const;

/**
 * Codes of errors that are always caught and turned into something else. One that is not caught is a bug of this
 * program.
 */
const INTERNAL_CODES = [
  'not-readable',
  'moved',
  'too-many-problems',
  'credential-file',
  'unreadable-answer',
  'worth-retrying',
] as const;

/** Each code names one class. Codes are stable: code and other programs decide by them, never by messages. */
export const ERROR_CODES = [...REPORTED_CODES, ...INTERNAL_CODES] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
type ReportedCode = (typeof REPORTED_CODES)[number];

export abstract class ReconcilerError extends Error {
  abstract readonly code: ErrorCode;
}

type ReportedError = ReconcilerError & { readonly code: ReportedCode };

/** Whether the message alone is enough. Any other error is a bug of this program, and its stack is of use. */
export function isReported(error: unknown): error is ReportedError {
  return error instanceof ReconcilerError && (REPORTED_CODES as readonly ErrorCode[]).includes(error.code);
}

/**
 * Says of each code whether it is one of the union `E`; the compiler checks both, so that a new error needs an answer.
 */
export type Members<E extends ReportedError> = {
  readonly [Code in ReportedCode]: Code extends E['code'] ? true : false;
};

export function isMember<E extends ReportedError>(members: Members<E>, error: unknown): error is E {
  const isOfCode: Readonly<Record<ReportedCode, boolean>> = members;
  return isReported(error) && isOfCode[error.code];
}

/** The message of an error, or the text of any other thrown value. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The code that Node or the operating system gave an error, such as `ENOENT`. Undefined for all other errors, also
 * ours.
 */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof ReconcilerError) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
