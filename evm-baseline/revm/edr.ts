import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EngineError } from '../../engine/errors.ts';

/** The part of EDR's provider that is used: JSON-RPC in, JSON-RPC out. */
export interface EdrProvider {
  /** One request or an array of them, as text. Long answers come as objects. */
  handleRequest(request: string): Promise<{ readonly data: unknown }>;
}

interface EdrContext {
  registerProviderFactory(chainType: string, factory: unknown): Promise<void>;
  createProvider(
    chainType: string,
    config: Readonly<Record<string, unknown>>,
    logger: Readonly<Record<string, unknown>>,
    subscriptions: Readonly<Record<string, unknown>>,
    contractDecoder: unknown,
  ): Promise<EdrProvider>;
}

/** What is used of the package. It is no dependency of ours, so its own declarations are not there. */
interface EdrPackage {
  readonly L1_CHAIN_TYPE: string;
  readonly EdrContext: new () => EdrContext;
  readonly ContractDecoder: new () => unknown;
  l1ProviderFactory(): unknown;
}

/** Makes providers with the configuration given. */
export type OpenProvider = (config: Readonly<Record<string, unknown>>) => Promise<EdrProvider>;

const PACKAGE = '@nomicfoundation/edr';
/** Where `npm run engines:install` puts it: beside this file, seen as a source and from the build. */
const places = ['./', '../../../evm-baseline/revm/'];

let opened: Promise<OpenProvider> | undefined;

/**
 * Loads EDR. A process can have only one context of it, which all worlds share.
 *
 * @throws EngineError `backend-unavailable`
 */
export function loadEdr(): Promise<OpenProvider> {
  opened ??= openContext();
  return opened;
}

async function openContext(): Promise<OpenProvider> {
  const edr = requireEdr();
  const context = new edr.EdrContext();
  await context.registerProviderFactory(edr.L1_CHAIN_TYPE, edr.l1ProviderFactory());
  const logger = { enable: false, decodeConsoleLogInputsCallback: () => [], printLineCallback: () => undefined };
  const subscriptions = { subscriptionCallback: () => undefined };
  return (config) =>
    context.createProvider(edr.L1_CHAIN_TYPE, config, logger, subscriptions, new edr.ContractDecoder());
}

function requireEdr(): EdrPackage {
  const causes: unknown[] = [];
  for (const place of places) {
    try {
      return createRequire(new URL(place, import.meta.url))(PACKAGE) as EdrPackage;
    } catch (cause) {
      causes.push(cause);
    }
  }
  const message = `the package ${PACKAGE} is not installed for this platform: ${installCommand()}`;
  throw new EngineError('backend-unavailable', message, { cause: new AggregateError(causes) });
}

/** In a checkout the script does it. Beside an installed package it is found too, as Node looks in the folders above. */
function installCommand(): string {
  const isCheckout = ['../../', '../../../'].some((root) => exists(`${root}test/architecture.test.ts`));
  if (isCheckout) return 'npm run engines:install';
  const manifest = places.map((place) => `${place}package.json`).find(exists);
  if (manifest === undefined) return `npm install ${PACKAGE}`;
  const { dependencies } = JSON.parse(readFileSync(new URL(manifest, import.meta.url), 'utf8'));
  return `npm install ${PACKAGE}@${dependencies[PACKAGE]}`;
}

function exists(path: string): boolean {
  return existsSync(new URL(path, import.meta.url));
}
