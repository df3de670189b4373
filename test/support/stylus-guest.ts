import { stylusAbi } from '../../engine/abi/stylus/stylus-abi.ts';

/** Imports of every host function, each under its own name. */
export const stylusImports: string = stylusAbi.hostFunctions
  .map(({ module, name, params, result }) => {
    const types = [
      params.length > 0 ? `(param ${params.join(' ')})` : '',
      result === undefined ? '' : `(result ${result})`,
    ];
    return `(import "${module}" "${name}" (func $${name} ${types.join(' ')}))`;
  })
  .join('\n');

/** A guest whose entry point is `body`. The input lies at 1024. */
export function stylusGuest(body: string, data = ''): string {
  return `(module ${stylusImports}
    (memory (export "memory") 1 1)
    ${data}
    (func (export "user_entrypoint") (param $length i32) (result i32) (local $status i32)
      (call $read_args (i32.const 1024))
      ${body}))`;
}
