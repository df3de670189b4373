import { toHex } from '../../engine/bytes.ts';
import { trapName } from '../../engine/outcome.ts';
import type { TraceEvent } from '../../engine/trace/tracer.ts';
import { wordLines } from '../text/wrap-text.ts';

const GOES_ON = ' '.repeat(6);
/** A word and a selector. */
const MOST_BYTES = 36;

/**
 * A trace as lines of text, each as far in as its frame is deep. What is too long for the screen goes on further in.
 *
 * @param nameOf What an address of 20 bytes is called.
 * @param screenColumns Undefined where there is no screen, and 0 where it does not know.
 */
export function traceText(
  events: readonly TraceEvent[],
  nameOf: (address: Uint8Array) => string,
  screenColumns: number | undefined,
): string {
  return events
    .map((event) => {
      const indent = '  '.repeat(2 * event.depth + indentOf(event));
      const room = screenColumns ? screenColumns - indent.length - GOES_ON.length : Number.POSITIVE_INFINITY;
      return `${indent}${wordLines(lineOf(event, nameOf), room).join(`\n${indent}${GOES_ON}`)}\n`;
    })
    .join('');
}

function indentOf({ kind }: TraceEvent): number {
  return kind === 'begin' || kind === 'end' ? 0 : 1;
}

function lineOf(event: TraceEvent, nameOf: (address: Uint8Array) => string): string {
  switch (event.kind) {
    case 'begin': {
      const { entry, isStatic, caller, self, value, input, gas } = event;
      const wei = value === 0n ? '' : ` value ${value}`;
      return `${isStatic ? 'static ' : ''}${entry} ${nameOf(self)} from ${nameOf(caller)}${wei} gas ${gas} input ${bytesText(input, event.inputBytes)}`;
    }
    case 'end': {
      const { status, trapCode, output, gasUsed } = event;
      return `${status} ${trapCode === undefined ? bytesText(output, event.outputBytes) : trapName(trapCode)}, gas used ${gasUsed}`;
    }
    case 'host call':
      return `${event.name}(${event.args.join(', ')}) gas ${event.gasLeft}`;
    case 'load':
    case 'store':
    case 'transient load':
    case 'transient store': {
      const arrow = event.kind.endsWith('load') ? '->' : '<-';
      return `${event.kind} ${bytesText(event.key, event.key.length)} ${arrow} ${bytesText(event.value, event.valueBytes)}`;
    }
    case 'instruction': {
      const { at, functionIndex, mnemonic, gasLeft, top } = event;
      const place = functionIndex === undefined ? `${at}` : `${functionIndex}+${at}`;
      return `${place} ${mnemonic}${top === undefined ? '' : ` [${top}]`} gas ${gasLeft}`;
    }
    case 'lost':
      return `and ${event.count} more, which were too many to hold on to`;
  }
}

/** Zeros in front say nothing. */
function bytesText(bytes: Uint8Array, lengthBytes: number): string {
  if (bytes.length === 0) return 'none';
  if (lengthBytes > MOST_BYTES) return `${toHex(bytes.subarray(0, MOST_BYTES))}.. (${lengthBytes} bytes)`;
  return bytes.length === 32 ? toHex(bytes).replace(/^0x0+(?=.)/, '0x') : toHex(bytes);
}
