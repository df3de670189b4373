// Metering without contracts: a module goes in, one that counts its gas comes out, and JavaScript runs it.
import { costTables, defaultLimits, instrument } from 'trimeter/metering';
import loadWabt from 'wabt';

const text = `(module
  (memory (export "memory") 1)
  (func $fib (export "fib") (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
      (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1)))
                     (call $fib (i32.sub (local.get $n) (i32.const 2))))))))`;
const { buffer } = (await loadWabt()).parseWat('fib.wat', text).toBinary({});
const [costs] = costTables;
if (costs === undefined) throw new Error('there are no cost tables');

const { bytes, names } = instrument(buffer, {
  costs,
  limits: defaultLimits,
  strategy: 'global', // with which a trap is where it belongs
  interface: {
    memory: { kind: 'exported', name: 'memory' },
    entryPoints: [{ name: 'fib', params: ['i32'], results: ['i32'], isRequired: true }],
    imports: [],
  },
});

// A copy, because the compiler of TypeScript wants to know that the bytes are not shared.
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
const gas = exports[names.gas] as WebAssembly.Global;
const stack = exports[names.stack] as WebAssembly.Global;
const fib = exports[names.entryPoints['fib'] ?? ''] as (n: number) => number;
gas.value = 1_000_000n;
stack.value = defaultLimits.stackWords;
console.log(fib(10), 1_000_000n - (gas.value as bigint)); // 55 1589n
