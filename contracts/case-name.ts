import { InputRejected } from './input-rejected.ts';

/** @throws InputRejected unless a folder's name can be that of a case. */
export function checkCaseName(name: string, where: string): void {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return;
  throw new InputRejected(where, 'the name of a case folder is lower-case words joined by dashes');
}
