import assert from 'node:assert/strict';
import { trimeter } from './capture.ts';

/** What is shown of the call on that machine. */
async function traceOf(...args: readonly string[]): Promise<string> {
  const { exitCode, output, errors } = await trimeter('run', ...args);
  assert.equal(exitCode, 0, errors);
  return output.slice(output.indexOf('\non ') + 1);
}

describe('run --trace', function () {
  this.timeout(60_000);

  it('shows frames, host calls and storage of the call, by the names of accounts and contracts', async () => {
    const text = await traceOf('vault', 'assets', '--on', 'wasm,reference', '--trace');
    assert.equal(
      text,
      `on wasm:
call vault from alice gas 1000000000 input 0x71a97305
  vm_hooks.read_args(16624) gas 999999871
  vm_hooks.msg_value(16256) gas 999999776
  vm_hooks.storage_load_bytes32(16384, 16256) gas 999999459
  load 0x0 -> 0xc619e354aaa01e96b78fea76ea6f577a22e5c51c
  vm_hooks.contract_address(16236) gas 999999383
  vm_hooks.storage_flush_cache(1) gas 999999193
  vm_hooks.static_call_contract(16268, 16632, 36, -1, 16028) gas 999993132
    static call erc20 from vault gas 984368240 input 0x70a0823100000000000000000000000099c41ff611ecda7aa3c8cc51c8e6b6b229d253fd
      vm_hooks.read_args(16624) gas 984368083
      vm_hooks.msg_value(16032) gas 984367991
      vm_hooks.native_keccak256(16032, 64, 16320) gas 984366207
      vm_hooks.storage_load_bytes32(16288, 16032) gas 984365886
      load 0x467f926d2d8c0db481cc23150a41e678e91c30bda4eb21b27d67d4780afa72c5 -> none
      vm_hooks.write_result(16032, 32) gas 984365769
    success 0x0, gas used 2480
  vm_hooks.read_return_data(16672, 0, 32) gas 999990527
  vm_hooks.write_result(16256, 32) gas 999990023
success 0x0, gas used 9986
`,
    );
  });

  it('shows instructions of the first machine that can, or of the one named, up to a limit', async () => {
    const args = ['erc20', 'balanceOf', 'bob', '--on', 'wasm,reference,evm'];
    const reference = await traceOf(...args, '--trace-instructions', '--trace-limit', '3');
    assert.match(
      reference,
      /^on reference:\ncall erc20 from alice .*\n {2}\d+\+\d+ \S+ .*\n {2}.*\nand \d+ more: --trace-limit\n$/,
    );
    const evm = await traceOf(...args, '--trace-instructions', '--trace-on', 'evm', '--trace-limit', '1000000');
    assert.match(evm, /^on evm:\ncall erc20 from alice .*\n {2}0 PUSH1 gas 1000000000\n/);
    assert.match(evm, /\n {2}load 0x[0-9a-f]{64} -> none\n[\s\S]*\nsuccess 0x0, gas used \d+\n$/);
  });

  it('says how a call ended that failed, on the machine and in JSON', async () => {
    const args = ['erc20', 'transfer', 'bob', '5', '--on', 'wasm,reference'];
    assert.match(await traceOf(...args, '--trace'), /\nrevert 0x[0-9a-f]+\.\. \(100 bytes\), gas used 3628\n$/);
    const { output } = await trimeter('run', ...args, '--gas-limit', '2000', '--trace', '--json');
    const { trace } = JSON.parse(output);
    assert.equal(trace.machine, 'wasm');
    assert.equal(trace.leftOut, 0);
    assert.deepEqual(Object.keys(trace.contracts), ['erc20']);
    const { kind, status, trapCode, gasUsed } = trace.events.at(-1);
    assert.deepEqual(
      { kind, status, trapCode, gasUsed },
      { kind: 'end', status: 'trap', trapCode: 7, gasUsed: '2000' },
    );
    assert.equal(trace.events[0].self, trace.contracts.erc20);
  });

  it('refuses machines that cannot be traced, or do not run', async () => {
    const refusals: readonly (readonly [readonly string[], RegExp])[] = [
      [['--on', 'wasm,reference', '--trace-on', 'evm'], /--trace-on evm: the machines are wasm, reference/],
      [
        ['--on', 'wasm,reference', '--trace-on', 'wasm', '--trace-instructions'],
        /of the machines that run, reference can/,
      ],
      [
        ['--on', 'wasm,wasm-plain', '--trace-instructions'],
        /--trace-instructions: no machine that runs can do that; reference, evm, evm-default can/,
      ],
      [['--on', 'wasm', '--trace', '--trace-limit', '0'], /--trace-limit/],
    ];
    for (const [args, pattern] of refusals) {
      const { exitCode, errors, output } = await trimeter('run', 'erc20', 'balanceOf', 'bob', ...args);
      assert.equal(exitCode, 2, errors);
      assert.match(errors, pattern);
      assert.equal(output, '');
    }
  });
});
