/** Writes a sandbox client's keys and secret to files, for programs that take paths. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxCredentials } from './api/clients.ts';
import { makeFolder } from './make-folder.ts';

export interface CredentialFiles {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly clientSecret: string;
}

/** Creates the folder if it is missing. The file names begin with `sandbox`, so that no real key is overwritten. */
export async function writeCredentials(folder: string, credentials: SandboxCredentials): Promise<CredentialFiles> {
  await makeFolder(folder, 0o700);
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    // The mode above only applies to a new file.
    await chmod(file, 0o600);
    return file;
  };
  return {
    privateKey: await write('sandbox-private-key.pem', credentials.privateKeyPem),
    publicKey: await write('sandbox-public-key.pem', credentials.publicKeyPem),
    clientSecret: await write('sandbox-client-secret', `${credentials.clientSecret}\n`),
  };
}
