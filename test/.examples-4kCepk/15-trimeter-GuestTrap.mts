import { readFileSync } from 'node:fs';
import { GuestTrap, TrapCode, hostFunction } from 'trimeter';
{
const abort = hostFunction(
  { module: 'my_host', name: 'abort', params: [], result: undefined },
  () => { throw new GuestTrap(TrapCode.Unreachable); },
);
console.log(abort.name); // abort
}
