import { parse, TomlError } from 'smol-toml';
import { InputRejected } from '../input-rejected.ts';
import { readList, readText, show } from '../json-fields.ts';
import type { CompilerChoice, ProjectConfig } from './project-config.ts';
import { parseRemapping } from './remappings.ts';

type Table = Readonly<Record<string, unknown>>;

/**
 * Reads the default profile of a `foundry.toml` (https://getfoundry.sh/config/reference/solidity-compiler).
 *
 * @param where path of the file, for errors
 * @throws InputRejected
 */
export function parseFoundryConfig(text: string, where: string): ProjectConfig {
  const profile = defaultProfile(parseToml(text, where), where);
  const at = (key: string): string => `${where}: ${key}`;
  const read = <T>(key: string, isIt: (value: unknown) => value is T, expected: string): T | undefined => {
    const value = profile[key];
    if (value === undefined || isIt(value)) return value;
    throw new InputRejected(at(key), `expected ${expected}, got ${show(value)}`);
  };
  const text_ = (key: string) => read(key, isText, 'text');
  const solc = text_('solc') ?? text_('solc_version');
  // Foundry takes the path of a compiler, too.
  const isVersion = solc !== undefined && /^[\d^~<>=\s.v]+$/.test(solc);
  const optimizerRuns = read('optimizer_runs', isCount, 'a number of runs');
  const optimizer = read('optimizer', isBoolean, 'true or false');
  const viaIR = read('via_ir', isBoolean, 'true or false');
  const evmVersion = text_('evm_version');
  const libraries = readTexts(profile['libraries'], at('libraries'));
  const compiler: CompilerChoice = {
    ...(isVersion && { version: solc }),
    ...(optimizer !== undefined && { optimizer }),
    ...(optimizerRuns !== undefined && { optimizerRuns }),
    ...(viaIR !== undefined && { viaIR }),
    ...(evmVersion !== undefined && { evmVersion: evmVersion.toLowerCase() }),
    ...(libraries !== undefined && { libraries: parseLibraries(libraries, at('libraries')) }),
  };
  return {
    file: 'foundry.toml',
    sources: text_('src') ?? 'src',
    libs: readTexts(profile['libs'], at('libs')) ?? ['lib'],
    remappings: (readTexts(profile['remappings'], at('remappings')) ?? []).map((line, i) =>
      parseRemapping(line, `${at('remappings')}[${i}]`),
    ),
    compilers: [compiler],
    unread: solc === undefined || isVersion ? [] : [`solc ${JSON.stringify(solc)}`],
  };
}

function parseToml(text: string, where: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [problem] = error.message.split('\n');
    throw new InputRejected(`${where}:${error.line}:${error.column}`, problem as string);
  }
}

/** Before profiles were in a table of their own, `[default]` was one. */
function defaultProfile(toml: Table, where: string): Table {
  const { profile, default: old } = toml;
  const found = (isTable(profile) ? profile['default'] : old) ?? {};
  if (!isTable(found)) throw new InputRejected(`${where}: profile.default`, `expected a table, got ${show(found)}`);
  return found;
}

/** `src/Math.sol:Math:0x…`. */
function parseLibraries(lines: readonly string[], where: string): NonNullable<CompilerChoice['libraries']> {
  const libraries: Record<string, Record<string, string>> = {};
  for (const [i, line] of lines.entries()) {
    const [, file, name, address] = /^(.+):([A-Za-z_$][\w$]*):(0x[0-9a-fA-F]{40})$/.exec(line) ?? [];
    if (file === undefined || name === undefined || address === undefined) {
      throw new InputRejected(`${where}[${i}]`, `expected file:library:address, got ${show(line)}`);
    }
    libraries[file] = { ...libraries[file], [name]: address };
  }
  return libraries;
}

function readTexts(value: unknown, where: string): readonly string[] | undefined {
  return value === undefined ? undefined : readList(value, where, readText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
