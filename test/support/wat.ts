import loadWabt from 'wabt';

/**
 * Every proposal that wabt knows, so that the text of modules that must be refused assembles as well. Off are the ones
 * that change how plain modules are encoded.
 */
const features = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  extended_const: true,
  memory64: true,
  relaxed_simd: true,
};

const wabt = loadWabt();

/** Assembles WebAssembly text. Nothing is validated: tests need modules that no validator would pass. */
export async function wat(source: string): Promise<Uint8Array> {
  const module = (await wabt).parseWat('test.wat', source, features);
  try {
    // The buffer is a view of wabt's own memory.
    return new Uint8Array(module.toBinary({}).buffer);
  } finally {
    module.destroy();
  }
}
