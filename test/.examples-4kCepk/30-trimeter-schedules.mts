import { readFileSync } from 'node:fs';
import { schedules } from 'trimeter';
{
const ids = schedules.map(({ id }) => id);
console.log(ids[0], ids.length); // flat-v2 7
}
