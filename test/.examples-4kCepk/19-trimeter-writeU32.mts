import { readFileSync } from 'node:fs';
import { type GuestMemory, writeU32 } from 'trimeter';
{
const bytes = Uint8Array.of(1, 0, 0, 2);
const memory: GuestMemory = { view: () => bytes, wrote: undefined };
writeU32(memory, 0, 258);
console.log(bytes.join()); // 2,1,0,0
}
