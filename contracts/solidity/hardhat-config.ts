import type { CompilerChoice, ProjectConfig } from './project-config.ts';
import { computed, literalOfProperty, type ScriptValue } from './script-literals.ts';

type Fields = { readonly [key: string]: ScriptValue };

/**
 * Reads what a Hardhat configuration says of the compiler (https://hardhat.org/hardhat-runner/docs/config), without running it:
 * what is not written out as a literal is left out and listed.
 */
export function parseHardhatConfig(text: string, file: string): ProjectConfig {
  const unread: string[] = [];
  const solidity = literalOfProperty(text, 'solidity');
  const paths = literalOfProperty(text, 'paths');
  const sources = isFields(paths) ? paths['sources'] : undefined;
  if (sources === computed) unread.push('paths.sources');
  const compilers = solidity === undefined ? [] : readCompilers(solidity, 'solidity', unread);
  return {
    file,
    sources: typeof sources === 'string' ? sources : 'contracts',
    libs: [],
    remappings: [],
    compilers: compilers.length === 0 ? [{}] : compilers,
    unread,
  };
}

/** Hardhat 2 has a version, a compiler or a list of compilers here, Hardhat 3 profiles of such too. */
function readCompilers(value: ScriptValue, where: string, unread: string[]): readonly CompilerChoice[] {
  if (typeof value === 'string') return [{ version: value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => readCompilers(item, `${where}[${i}]`, unread));
  if (!isFields(value)) {
    unread.push(where);
    return [];
  }
  const { compilers, profiles } = value;
  if (isFields(profiles) && profiles['default'] !== undefined) {
    return readCompilers(profiles['default'], `${where}.profiles.default`, unread);
  }
  if (compilers !== undefined) return readCompilers(compilers, `${where}.compilers`, unread);
  return [readCompiler(value, where, unread)];
}

function readCompiler(compiler: Fields, where: string, unread: string[]): CompilerChoice {
  const at = (fields: Fields | undefined, path: string, key: string): ScriptValue | undefined => {
    if (fields?.[key] === computed) unread.push(`${path}.${key}`);
    return fields?.[key];
  };
  const inside = (fields: Fields | undefined, path: string, key: string): Fields | undefined => {
    const value = at(fields, path, key);
    if (!isFields(value)) return undefined;
    if (value['...'] === computed) unread.push(`part of ${path}.${key}`);
    return value;
  };
  const settings = inside(compiler, where, 'settings');
  const optimizer = inside(settings, `${where}.settings`, 'optimizer');
  const version = at(compiler, where, 'version');
  const enabled = at(optimizer, `${where}.settings.optimizer`, 'enabled');
  const runs = at(optimizer, `${where}.settings.optimizer`, 'runs');
  const viaIR = at(settings, `${where}.settings`, 'viaIR');
  const evmVersion = at(settings, `${where}.settings`, 'evmVersion');
  return {
    ...(typeof version === 'string' && { version }),
    ...(typeof enabled === 'boolean' && { optimizer: enabled }),
    ...(typeof runs === 'number' && { optimizerRuns: runs }),
    ...(typeof viaIR === 'boolean' && { viaIR }),
    ...(typeof evmVersion === 'string' && { evmVersion: evmVersion.toLowerCase() }),
  };
}

function isFields(value: ScriptValue | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
