import { readFileSync } from 'node:fs';
import { movedBlock } from 'trimeter/check';
import { defaultBlock } from 'trimeter';
{
const later = movedBlock(defaultBlock, { time: '+3600', number: '7' });
console.log(later.timestamp - defaultBlock.timestamp, later.number); // 3600n 7n
}
