/** Where a command's words go. Commands get one handed in, so that tests can read what a user would. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Errors and progress. */
  error(text: string): void;
  readonly hasColour: boolean;
  /** Whether someone is watching: progress is shown on a terminal and not in CI. */
  readonly showsProgress: boolean;
}

/** The process's own streams. Colour follows https://no-color.org: none if NO_COLOR is set to anything. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  // `trimeter ... | head` closes our output early, which is no fault.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  const isPlain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    out: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    hasColour: stdout.isTTY === true && !isPlain,
    showsProgress: stderr.isTTY === true && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb',
  };
}
