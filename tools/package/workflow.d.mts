/** One step of a job, as far as tests play the runner. */
export interface WorkflowStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  /** Of `with` and `env`. */
  readonly values: Readonly<Record<string, string>>;
}

export declare function workflowSteps(yaml: string): readonly WorkflowStep[];
