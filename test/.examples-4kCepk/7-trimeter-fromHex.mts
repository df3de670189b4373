import { readFileSync } from 'node:fs';
import { fromHex } from 'trimeter';
{
console.log(fromHex('0x0aff').join()); // 10,255
}
