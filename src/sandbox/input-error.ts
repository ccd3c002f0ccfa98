/** What a user of the sandbox gave it that it cannot use: a switch, a fault, a seed. The message says which and what to write instead. */
export class SandboxInputError extends Error {
  override readonly name = 'SandboxInputError';
}
