import { readFileSync } from 'node:fs';
import { toHex } from 'trimeter';
{
console.log(toHex(Uint8Array.of(10, 255))); // 0x0aff
}
