/** Whether to write colours to a stream: on a terminal, unless NO_COLOR (no-color.org) says otherwise. */
export function useColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'];
}
