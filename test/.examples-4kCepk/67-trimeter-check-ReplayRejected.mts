import { readFileSync } from 'node:fs';
import { ReplayRejected, parseReplayFile } from 'trimeter/check';
{
try {
  parseReplayFile('{}');
} catch (error) {
  console.log(error instanceof ReplayRejected && error.message); // file: the field "format" is missing
}
}
