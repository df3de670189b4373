import { EMPTY } from '../bytes.ts';
import { type PlainAccount, PlainState } from '../state/plain-state.ts';
import { bytesOfKey } from '../state/storage-key.ts';
import { beginningOf, type TraceLog } from './trace-log.ts';
import type { StorageAccess } from './tracer.ts';

/** A state whose storage tells who uses it. It has no kernel: guests would get at that without asking. */
export class TracedState extends PlainState {
  readonly #log: TraceLog;

  constructor(log: TraceLog) {
    super();
    this.#log = log;
  }

  override findStorage(account: PlainAccount, key: string): Uint8Array | undefined {
    const value = super.findStorage(account, key);
    this.#tell('load', account, key, value);
    return value;
  }

  override putStorage(account: PlainAccount, key: string, value: Uint8Array | undefined): void {
    this.#tell('store', account, key, value);
    super.putStorage(account, key, value);
  }

  override findTransient(account: PlainAccount, key: string): Uint8Array | undefined {
    const value = super.findTransient(account, key);
    this.#tell('transient load', account, key, value);
    return value;
  }

  override putTransient(account: PlainAccount, key: string, value: Uint8Array | undefined): void {
    this.#tell('transient store', account, key, value);
    super.putTransient(account, key, value);
  }

  #tell(kind: StorageAccess['kind'], { address }: PlainAccount, key: string, value: Uint8Array = EMPTY): void {
    this.#log.tell({
      kind,
      depth: this.#log.depth,
      address: new Uint8Array(address),
      key: bytesOfKey(key),
      value: beginningOf(value),
      valueBytes: value.length,
    });
  }
}
