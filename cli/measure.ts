/** A measuring process: takes a job from standard input, answers on standard output, and ends. */
import { runPhases } from '../bench/protocol/run-phases.ts';
import { runSlot } from '../bench/protocol/run-slot.ts';
import type { PhaseJob, SlotJob } from '../bench/protocol/slot-job.ts';
import { openMachine } from '../harness/machines/register.ts';
import { answerRequests } from '../processes/answers.ts';
import { parseSchedule } from './schedule-option.ts';

await answerRequests<SlotJob | PhaseJob>(async (job) => {
  const schedule = parseSchedule(job.scheduleId);
  if (job.kind === 'phases') return runPhases(schedule, job);
  return runSlot(await openMachine(job.machine, schedule), job);
});
