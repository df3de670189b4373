import { readFileSync } from 'node:fs';
import { InputRejected, bundledCaseDirectory } from 'trimeter/contracts';
{
try {
  bundledCaseDirectory('erc21');
} catch (error) {
  console.log(error instanceof InputRejected && error.where); // erc21
}
}
