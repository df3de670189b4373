import { readFileSync } from 'node:fs';
import { moduleInterfaceOf, type GuestAbi } from 'trimeter';
{
const abi: GuestAbi = {
  name: 'my-abi',
  memory: { kind: 'exported', name: 'memory' },
  call: { name: 'run', params: [], results: ['i32'], isRequired: true },
  deploy: { name: 'init', params: [], results: [], isRequired: false },
  hostFunctions: [],
  entryArguments: () => [],
  readReturn: ({ output }, result) => ({ status: result === 0 ? 'success' : 'revert', output }),
};
console.log(moduleInterfaceOf(abi).entryPoints.length); // 2
}
