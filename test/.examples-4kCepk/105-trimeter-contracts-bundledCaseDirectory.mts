import { basename } from 'node:path';
import { readFileSync } from 'node:fs';
import { bundledCaseDirectory } from 'trimeter/contracts';
{
console.log(basename(bundledCaseDirectory('erc20'))); // erc20
}
