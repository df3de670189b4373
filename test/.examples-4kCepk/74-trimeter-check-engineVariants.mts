import { readFileSync } from 'node:fs';
import { engineVariants } from 'trimeter/check';
{
console.log(engineVariants['liftoff']?.flags); // [ '--liftoff-only' ]
}
