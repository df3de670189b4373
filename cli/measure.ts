/** A measuring process: takes one job from standard input, answers on standard output, and ends. */
import { runPhases } from '../bench/protocol/run-phases.ts';
import { runSlot } from '../bench/protocol/run-slot.ts';
import type { PhaseJob, SlotJob } from '../bench/protocol/slot-job.ts';
import { fromJobText, toJobText } from '../harness/machines/child/message-text.ts';
import { openMachine } from '../harness/machines/register.ts';
import type { Answer } from './launch-slot.ts';
import { parseSchedule } from './schedule-option.ts';

let text = '';
for await (const part of process.stdin.setEncoding('utf8')) text += part;
const answer: Answer = await run(fromJobText(text) as SlotJob | PhaseJob).then(
  (result) => ({ result }),
  (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
);
process.stdout.write(toJobText(answer));

async function run(job: SlotJob | PhaseJob): Promise<unknown> {
  const schedule = parseSchedule(job.scheduleId);
  if (job.kind === 'phases') return runPhases(schedule, job);
  return runSlot(await openMachine(job.machine, schedule), job);
}
