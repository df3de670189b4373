import { readFileSync } from 'node:fs';
import { stylusInkV1 } from 'trimeter/metering';
{
const { id, instructions } = stylusInkV1;
console.log(id, instructions['i64.add'], instructions['i64.div_u']); // stylus-ink-v1 100 1270
}
