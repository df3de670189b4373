/** A command line that makes no sense. The message is one line and names the argument. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
