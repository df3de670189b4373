// What a page with commands has to be run: its files, its commands, and what these print.

/**
 * Files are code blocks with a path behind their language or in a comment that is their first line, commands the lines of `sh` blocks, and a `text` block
 * after them has lines that the last of them prints, in order, among others.
 *
 * @returns {{ path?: string, content?: string, command?: string, lines?: string[] }[]}
 */
export function tutorialSteps(page) {
  const steps = [];
  for (const [, language, path, body] of page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)) {
    const named = path === undefined ? /^\/\/ (\S+)\n([\s\S]*)$/.exec(body) : [body, path, body];
    if (language === 'sh')
      steps.push(
        ...body
          .trim()
          .split('\n')
          .map((command) => ({ command, lines: [] })),
      );
    else if (language === 'text') steps.at(-1).lines = body.trim().split('\n');
    else if (named !== null) steps.push({ path: named[1], content: named[2] });
  }
  return steps;
}

/** The words of a command, as a POSIX shell takes them apart where nothing but single quotes is special. */
export function wordsOf(command) {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

/** The first of the lines that was not printed after those before it; undefined if all were. */
export function missingLine(printed, lines) {
  let at = 0;
  return lines.find((line) => {
    const found = printed.indexOf(line, at);
    at = found + line.length;
    return found === -1;
  });
}

/** Artifacts as Foundry and Hardhat write them, by path, of one contract's ABI and code. */
export function artifactsOf(abi, bytecode) {
  const foundry = {
    abi,
    bytecode: { object: `0x${bytecode}`, sourceMap: '', linkReferences: {} },
    deployedBytecode: { object: '0x', sourceMap: '', linkReferences: {} },
    methodIdentifiers: {},
    metadata: { settings: { compilationTarget: { 'src/Token.sol': 'Token' } } },
  };
  const hardhat = {
    _format: 'hh-sol-artifact-1',
    contractName: 'Token',
    sourceName: 'contracts/Token.sol',
    abi,
    bytecode: `0x${bytecode}`,
    deployedBytecode: '0x',
    linkReferences: {},
    deployedLinkReferences: {},
  };
  return { 'out/Token.sol/Token.json': foundry, 'artifacts/contracts/Token.sol/Token.json': hardhat };
}
