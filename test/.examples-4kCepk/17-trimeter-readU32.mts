import { readFileSync } from 'node:fs';
import { readU32, type GuestMemory } from 'trimeter';
{
const bytes = Uint8Array.of(1, 0, 0, 2);
const memory: GuestMemory = { view: () => bytes, wrote: undefined };
console.log(readU32(memory, 0)); // 33554433
}
