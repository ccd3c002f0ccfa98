/** Why a pass was told to stop: shutdown, another configuration, its deadline. No fault of anything. */
export class Halted extends Error {
  override readonly name = 'Halted';
}
