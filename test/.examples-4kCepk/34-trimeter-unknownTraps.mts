import { readFileSync } from 'node:fs';
import { unknownTraps } from 'trimeter';
{
console.log([...unknownTraps().keys()]); // []
}
