import assert from 'node:assert/strict';
import type { WorkloadSize } from '../../contracts/contract-case.ts';
import { selectWorkloads } from '../../contracts/select-workloads.ts';
import { fakeCase } from '../bench/fake-machine.ts';

describe('workloads of a size', () => {
  const [work] = fakeCase.workloads;
  assert(work !== undefined);
  const caseOf = (id: string, ...sizes: readonly WorkloadSize[]) => ({
    ...fakeCase,
    id,
    workloads: sizes.map((size) => ({ ...work, id: size, size })),
  });
  const cases = [caseOf('a', 'small', 'typical', 'large'), caseOf('b', 'typical'), caseOf('c', 'large', 'large')];
  const select = (...sizes: readonly WorkloadSize[]) =>
    selectWorkloads(cases, sizes).map(({ id, workloads }) => [id, ...workloads.map(({ size }) => size)].join(' '));

  it('are all that is left, in their order, of the cases that have some', () => {
    assert.deepEqual(select('typical'), ['a typical', 'b typical']);
    assert.deepEqual(select('large', 'small'), ['a small large', 'c large large']);
    assert.deepEqual(select(), []);
  });
});
