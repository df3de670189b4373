/**
 * Languages that a case may also be written in, each with the extension of its sources. A port is a further WebAssembly
 * module of the same contract.
 */
export const portExtensions = { assemblyscript: 'as', rust: 'rs' } as const;

export type PortLanguage = keyof typeof portExtensions;

export const portLanguages: readonly PortLanguage[] = ['assemblyscript', 'rust'];

/** The modules of a case's ports. */
export type WasmPorts = { readonly [language in PortLanguage]?: Uint8Array };
