import { readFileSync } from 'node:fs';
import { readBytes, type GuestMemory } from 'trimeter';
{
const bytes = Uint8Array.of(1, 0, 0, 2);
const memory: GuestMemory = { view: () => bytes, wrote: undefined };
console.log(readBytes(memory, 2, 2).join()); // 0,2
}
