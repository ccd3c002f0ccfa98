/**
 * The public library: what other programs' tests and tools can use. The sandbox emulates the Upvest webhook API on real
 * HTTP; `createClient` is the signed client; `validatePaths` checks subscription files as the `validate` command does.
 */
export type { ApiConfig } from './config/config.ts';
export { Secret } from './base/secret.ts';
export { type Validated, validatePaths } from './desired/validate.ts';
export type { Problem } from './document/problems.ts';
export { CredentialError } from './http/credential-file.ts';
export type { Sandbox, SandboxOptions } from './sandbox/sandbox.ts';
export { startSandbox } from './sandbox/start-sandbox.ts';
export type { Observed } from './subscription/subscription.ts';
export type { Answer, UpvestClient } from './upvest/client.ts';
export { type ClientOptions, createClient } from './upvest/create-client.ts';
export { ApiError, IncompleteListingError } from './upvest/errors.ts';
export type { TestAnswer } from './upvest/wire.ts';
