/** How much a checkout may hold (README.md, "What is in the checkout"). */
export const MAX_FILE_BYTES = 1_048_576;
export const MAX_TOTAL_BYTES = 10 * MAX_FILE_BYTES;
export const MAX_FILES = 10_000;
/** Entries in all, tombstones and those with mistakes among them: what is read stays in memory, at a kilobyte or so each. */
export const MAX_ENTRIES = 20_000;
/** Ids in `reconcile.beside` of all entries: an alias repeats a hundred in two letters, and each may be worth a warning. */
export const MAX_BESIDE = 20_000;
/** Names looked at on the way, YAML or not: a path set to `/` by mistake must not be walked to its end. */
export const MAX_NAMES = 200_000;
/** Folders and links, dot-folders left out: each is listed or followed anew at every look. */
export const MAX_FOLDERS = 5_000;
/** Of folders, links and files, from the watched folder on: some thousand paths may have 4096 characters each. */
export const MAX_PATH_CHARACTERS = 2_000_000;
/** Files open, or being looked at, at a time. */
export const CONCURRENCY = 16;
