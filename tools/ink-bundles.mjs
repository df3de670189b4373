/**
 * Fetches the ink! bundles that tests and examples run into contracts/ink/bundles/. Package, version and hashes are
 * locked in contracts/ink/bundles.json. Only that one tarball is fetched: the package's own dependencies are 240
 * packages that nothing here needs, so it is not installed. Does nothing when all bundles are in place.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const home = fileURLToPath(new URL('../contracts/ink/', import.meta.url));
const directory = join(home, 'bundles');
const lock = JSON.parse(readFileSync(join(home, 'bundles.json'), 'utf8'));
const locked = Object.entries(lock.sha256);

function isInPlace([name, sha256]) {
  try {
    return hashOf('sha256', 'hex', readFileSync(join(directory, `${name}.contract`))) === sha256;
  } catch {
    return false;
  }
}

function hashOf(algorithm, encoding, bytes) {
  return createHash(algorithm).update(bytes).digest(encoding);
}

/** The package's tarball, from npm's cache or the registry that npm is set up for. */
function fetchTarball(spec) {
  const into = mkdtempSync(join(tmpdir(), 'trimeter-ink-'));
  try {
    const args = ['pack', spec, '--prefer-offline', '--fetch-retries=1', '--silent', '--pack-destination', into];
    const { status } = spawnSync('npm', args, { cwd: into, stdio: 'ignore', shell: process.platform === 'win32' });
    const [file] = readdirSync(into).filter((name) => name.endsWith('.tgz'));
    if (status !== 0 || file === undefined)
      throw new Error(`npm could not fetch ${spec}; is the registry within reach?`);
    return readFileSync(join(into, file));
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/** Regular files of a tar archive (POSIX ustar): 512-byte headers, each followed by its content in 512-byte blocks. */
function* filesOf(tar) {
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const text = (start, length) => tar.toString('utf8', at + start, at + start + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const prefix = text(345, 155);
    const name = prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`;
    if (text(156, 1) === '0' || text(156, 1) === '') yield { name, bytes: tar.subarray(at + 512, at + 512 + size) };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

function fetchBundles() {
  const tarball = fetchTarball(`${lock.package}@${lock.version}`);
  const integrity = `sha512-${hashOf('sha512', 'base64', tarball)}`;
  if (integrity !== lock.integrity) throw new Error(`${lock.package} is ${integrity}, locked is ${lock.integrity}`);
  mkdirSync(directory, { recursive: true });
  const files = new Map(Array.from(filesOf(gunzipSync(tarball)), ({ name, bytes }) => [name, bytes]));
  for (const [name] of locked) {
    const path = join(directory, `${name}.contract`);
    writeFileSync(`${path}.part`, files.get(`${lock.directory}/${name}.contract`) ?? '');
    renameSync(`${path}.part`, path);
  }
}

try {
  if (!locked.every(isInPlace)) fetchBundles();
  const wrong = locked.filter((entry) => !isInPlace(entry)).map(([name]) => name);
  if (wrong.length > 0) throw new Error(`${wrong.join(', ')} in ${lock.package} is not what bundles.json locks`);
} catch (error) {
  process.stderr.write(`ink! bundles: ${error.message}\n`);
  process.exitCode = 1;
}
