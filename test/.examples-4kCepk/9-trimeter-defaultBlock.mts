import { readFileSync } from 'node:fs';
import { createWasmBackend, defaultBlock } from 'trimeter';
const backend = createWasmBackend();
{
const later = await backend.createWorld({ ...defaultBlock, timestamp: defaultBlock.timestamp + 60n });
console.log(defaultBlock.chainId, defaultBlock.timestamp); // 1n 1700000000n
await later.close();
}
