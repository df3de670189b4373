import { packageManifest } from '../package-manifest.ts';

/** Name of the package whose absence an import failed on: an optional one that was not installed. Else undefined. */
export function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  return /^Cannot find package '([^']+)'/.exec(error.message)?.[1];
}

/** What is missing, and how to install it. */
export function howToInstall(missing: string): string {
  return `this needs ${missing}, an optional package: ${installCommand(missing)}`;
}

/**
 * The command that installs a missing package: with all optional packages of the same scope, as they are only used together,
 * at the versions that this package is tested with.
 */
export function installCommand(missing: string): string {
  const [scope] = missing.split('/', 1);
  const peers = Object.entries(packageManifest().peerDependencies);
  const wanted = peers.filter(([name]) => name.startsWith(`${scope}/`)).map(([name, range]) => `${name}@${range}`);
  return `npm install ${wanted.length > 0 ? wanted.join(' ') : missing}`;
}
