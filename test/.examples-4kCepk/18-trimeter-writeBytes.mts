import { readFileSync } from 'node:fs';
import { type GuestMemory, writeBytes } from 'trimeter';
{
const bytes = Uint8Array.of(1, 0, 0, 2);
const memory: GuestMemory = { view: () => bytes, wrote: undefined };
writeBytes(memory, 1, Uint8Array.of(7));
console.log(bytes.join()); // 1,7,0,2
}
