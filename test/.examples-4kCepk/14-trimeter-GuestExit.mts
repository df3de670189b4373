import { readFileSync } from 'node:fs';
import { GuestExit, hostFunction } from 'trimeter';
{
const exit = hostFunction(
  { module: 'my_host', name: 'exit', params: [], result: undefined },
  ({ output }) => { throw new GuestExit({ status: 'success', output }); },
);
console.log(exit.name); // exit
}
