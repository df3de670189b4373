import { readFileSync } from 'node:fs';
import { parseReplayFile } from 'trimeter/check';
{
const { case: id, steps, disagreement } = parseReplayFile(readFileSync('replay.json', 'utf8'));
console.log(id, steps.length, disagreement.field); // erc20 1 gas
}
