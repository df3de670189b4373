import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFileName, parseArtifactLock } from '../../contracts/artifact-lock.ts';
import { bundledCaseDirectory, bundledCases, bundledRoot } from '../../contracts/bundled-cases.ts';
import { readBundledCase } from '../../contracts/read-case.ts';
import { decodeModule } from '../../metering/format/decode.ts';
import { defaultLimits } from '../../metering/format/limits.ts';
import { validateModule } from '../../metering/format/validate.ts';

const lock = parseArtifactLock(readFileSync(join(bundledRoot, lockFileName), 'utf8'), lockFileName);

describe('the bundled cases', () => {
  it('are listed in order, with a folder each', () => {
    const ids = bundledCases();
    assert.deepEqual(ids, [...ids].sort());
    for (const id of ['erc20', 'fibonacci', 'storage']) assert(ids.includes(id), id);
    assert.throws(
      () => bundledCaseDirectory('../contracts'),
      /^InputRejected: \.\.\/contracts: no such case; there are [a-z0-9-]+, /,
    );
  });

  it('are what the lock says, and the lock knows every file of theirs', () => {
    for (const [path, hash] of lock) {
      assert.equal(
        createHash('sha256')
          .update(readFileSync(join(bundledRoot, path)))
          .digest('hex'),
        hash,
        path,
      );
    }
    for (const folder of ['sdk', ...bundledCases()]) {
      for (const name of readdirSync(join(bundledRoot, folder), { recursive: true, encoding: 'utf8' })) {
        const path = `${folder}/${name.replaceAll('\\', '/')}`;
        if (/\.(cpp|hpp|sol|as|rs|wasm|hex|abi\.json)$/.test(path)) assert(lock.has(path), path);
      }
    }
  });

  for (const id of bundledCases()) {
    it(`${id} reads, and each of its modules shows the host what docs/contracts.md says`, async () => {
      const contract = await readBundledCase(id);
      assert.equal(contract.id, id);
      assert(contract.workloads.length > 0);
      const hasConstructor = contract.abi.some((item) => item.type === 'constructor');
      for (const bytes of [contract.wasm, ...Object.values(contract.wasmPorts)]) {
        const module = decodeModule(bytes, defaultLimits);
        validateModule(module, defaultLimits);
        assert.deepEqual(module.exports.map(({ name }) => name).sort(), [
          'memory',
          ...(hasConstructor ? ['user_constructor'] : []),
          'user_entrypoint',
        ]);
        assert.deepEqual([...new Set(module.importedFunctions.map((imported) => imported.module))], ['vm_hooks']);
        assert.deepEqual(module.memory, { minPages: 1, maxPages: undefined });
        assert.equal(module.table, undefined);
        // Ids of custom sections: names, producers and the like belong to a toolchain, not to a contract.
        assert.deepEqual(
          module.sections.filter(({ id }) => id === 0),
          [],
        );
      }
    });
  }
});
