/** A measuring process: takes one job from its parent, answers, and ends. */
import { runPhases } from '../bench/protocol/run-phases.ts';
import { runSlot } from '../bench/protocol/run-slot.ts';
import type { PhaseJob, SlotJob } from '../bench/protocol/slot-job.ts';
import { openBackend } from './backends.ts';
import type { Answer } from './launch-slot.ts';
import { parseSchedule } from './schedule-option.ts';

process.once('message', async (job: SlotJob | PhaseJob) => {
  const answer: Answer = await run(job).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  process.send?.(answer, () => process.disconnect());
});

async function run(job: SlotJob | PhaseJob): Promise<unknown> {
  const schedule = parseSchedule(job.scheduleId);
  if (job.kind === 'phases') return runPhases(schedule, job);
  return runSlot(await openBackend(job.backend, schedule), job);
}
