import { deepEqual } from 'node:assert/strict';
import { forEachMachine, guestWorld } from '../support/guest-world.ts';
import { trappingGuest, traps } from '../support/trap-bodies.ts';

describe('traps', () => {
  for (const [title, code, body] of traps) {
    forEachMachine(`${title} is ${code} and takes all gas`, async (backend) => {
      const { call } = await guestWorld(backend, trappingGuest(body));
      const gasLimit = 200_000n;
      deepEqual(await call(new Uint8Array(0), { gasLimit }), { status: 'trap', code, gasUsed: gasLimit });
    });
  }
});
