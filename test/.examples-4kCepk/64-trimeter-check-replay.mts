import { readFileSync } from 'node:fs';
import { contendersOf, loadSubject, parseReplayFile, replay } from 'trimeter/check';
import { createReferenceBackend, createWasmBackend } from 'trimeter';
{
const file = parseReplayFile(readFileSync('replay.json', 'utf8'));
const machines = [createWasmBackend(), createReferenceBackend()];
const { disagreement } = await replay(await loadSubject(file.case), file, contendersOf(machines));
console.log(disagreement); // undefined
}
