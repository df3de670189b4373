/** One step of a job, as far as tests play the runner. */
export interface WorkflowStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  /** Of `with` and `env`. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Steps of a workflow or a composite action, in order, from the subset of YAML that ours are written in: a key to a line, and
 * blocks of text behind a bar.
 */
export function workflowSteps(yaml: string): readonly WorkflowStep[] {
  const lines = yaml.split('\n').filter((line) => !/^\s*#/.test(line));
  const steps: { fields: Map<string, string>; values: Record<string, string> }[] = [];
  let indent = -1;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const [, spaces = '', dash = '', name, value = ''] = /^( *)(- )?([\w-]+):(?: +(.*))?$/.exec(line) ?? [];
    if (name === undefined) continue;
    const depth = spaces.length + dash.length;
    if (dash !== '' && ['uses', 'run', 'id', 'name', 'if'].includes(name)) {
      steps.push({ fields: new Map(), values: {} });
      indent = depth;
    }
    const step = steps.at(-1);
    if (step === undefined || depth < indent) {
      indent = step === undefined || depth < indent ? Number.POSITIVE_INFINITY : indent;
      continue;
    }
    let text = value.replace(/^(['"])(.*)\1$/, '$2');
    if (value === '|' || value === '>-') {
      const block: string[] = [];
      while (at + 1 < lines.length && (/^ */.exec(lines[at + 1] as string)?.[0].length ?? 0) > depth)
        block.push((lines[++at] as string).trim());
      text = block.join(value === '|' ? '\n' : ' ');
    }
    if (depth === indent) step.fields.set(name, text);
    else step.values[name] = text;
  }
  return steps.map(({ fields, values }) => ({ ...Object.fromEntries(fields), values }));
}
