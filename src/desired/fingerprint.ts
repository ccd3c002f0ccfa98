/** The cheap poll: has anything changed that a pass would want to know of? No file is opened but a few of git's. */
import { look } from './look.ts';
import { NotReadableError } from './not-readable-error.ts';

/** Equal as long as the checkout is; of one that cannot be read, `unreadable: ` and why. */
export async function fingerprint(path: string): Promise<string> {
  try {
    return (await look(path)).digest;
  } catch (error) {
    if (error instanceof NotReadableError) return `unreadable: ${error.reason}`;
    throw error;
  }
}
