/** Whether to write colours: one answer for the results of commands and for the log. */

/**
 * On a terminal, unless NO_COLOR (no-color.org) or TERM=dumb says otherwise. FORCE_COLOR counts above both, and without a
 * terminal too. That is the order of Node (`tty.WriteStream.getColorDepth`), whose code would hold a terminal without any
 * TERM, as containers have it, for one without colours.
 */
export function useColour({ isTTY }: { readonly isTTY?: boolean }): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined) return ['', '1', 'true', '2', '3'].includes(FORCE_COLOR);
  return isTTY === true && !NO_COLOR && TERM !== 'dumb';
}
