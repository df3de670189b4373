import loadWabt from 'wabt';

const wabt = loadWabt();

/** A module from WebAssembly text. @throws Error where wabt finds fault with it. */
export async function assemble(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const features = { bulk_memory: true, sign_extension: true, multi_value: true };
  const module = (await wabt).parseWat('program.wat', text, features);
  try {
    module.validate();
    // The buffer is a view of wabt's own memory.
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}

/** Bytes as they stand in a data segment, between the quotes. */
export function dataText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');
}
