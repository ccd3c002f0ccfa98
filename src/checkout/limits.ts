/** How much a checkout may hold (README.md, "What is in the checkout"). */
export const MAX_FILE_BYTES = 1_048_576;
export const MAX_TOTAL_BYTES = 10 * MAX_FILE_BYTES;
export const MAX_FILES = 10_000;
/** Entries in all, tombstones and those with errors included: each takes about a kilobyte of memory. */
export const MAX_ENTRIES = 20_000;
/**
 * Ids in `reconcile.beside` of all entries: a YAML alias repeats a hundred in two letters, and each may cause a
 * warning.
 */
export const MAX_BESIDE = 20_000;
/** Names seen on the way, YAML or not: if `source.path` is `/` in error, the walk must not go on to its end. */
export const MAX_NAMES = 200_000;
/** Folders and links, dot-folders left out: each is listed or followed again for every snapshot. */
export const MAX_FOLDERS = 5_000;
/** Characters in all paths below the watched folder: a few thousand paths may have 4096 each. */
export const MAX_PATH_CHARACTERS = 2_000_000;
/** Files opened or examined at a time. */
export const CONCURRENCY = 16;
