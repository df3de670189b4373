#!/usr/bin/env node
/** The `trimeter` command: the built program in a package, the sources through tsx in a checkout (which has the tests). */
import { existsSync } from 'node:fs';

const isCheckout = existsSync(new URL('../test/architecture.test.ts', import.meta.url));
if (isCheckout) {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./main.ts');
} else {
  await import('../dist/cli/main.js');
}
