interface TutorialStep {
  readonly path?: string;
  readonly content?: string;
  readonly command?: string;
  readonly lines?: readonly string[];
}

export function tutorialSteps(page: string): readonly TutorialStep[];
export function wordsOf(command: string): readonly string[];
export function missingLine(printed: string, lines: readonly string[]): string | undefined;
export function artifactsOf(abi: unknown, bytecode: string): Readonly<Record<string, object>>;
