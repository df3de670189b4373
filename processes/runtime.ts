/** The program that runs JavaScript here, and the engine in it, each with its version. */
export interface Runtime {
  /** `Node v24.1.0`, `Bun 1.4.5`, `Deno 2.5.0`. */
  readonly runtime: string;
  /** `V8 13.6.233.8`, `JavaScriptCore d6375c72`. */
  readonly engine: string;
}

/** Bun and Deno pass for a Node, and Bun for a V8, of the version that they are compatible with. @param versions `process.versions` */
export function runtimeOf(versions: Readonly<Record<string, string | undefined>>): Runtime {
  const { bun, deno, node, v8, webkit } = versions;
  const engine = `V8 ${v8 ?? 'of unknown version'}`;
  if (bun !== undefined) {
    return { runtime: `Bun ${bun}`, engine: `JavaScriptCore ${webkit?.slice(0, 8) ?? 'of unknown version'}` };
  }
  if (deno !== undefined) return { runtime: `Deno ${deno}`, engine };
  return { runtime: `Node v${node ?? ' of unknown version'}`, engine };
}

/** The same of this process. */
export function thisRuntime(): Runtime {
  const { Deno } = globalThis as { readonly Deno?: { readonly version?: { readonly deno?: string } } };
  return runtimeOf({ deno: Deno?.version?.deno, ...process.versions });
}

/** `Node v24.1.0 (V8 13.6.233.8)` */
export function formatRuntime({ runtime, engine }: Runtime): string {
  return `${runtime} (${engine})`;
}
