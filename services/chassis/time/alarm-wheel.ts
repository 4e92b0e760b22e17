import type { Alarm } from './alarm.ts';

const TICK_MS = 5;
/** A power of two, so that a bit mask gives a moment's slot; alarms of later rounds wait in the same slots. */
const SLOTS = 512;
const DUE = SLOTS;

/** What drives a wheel: the exact but costly timers of its clock. */
export interface WheelDrive {
  elapsed(): number;
  after(milliseconds: number, callback: () => void): unknown;
}

/**
 * Alarms of one clock on one shared timer, which runs only while there are any. Setting and unsetting one costs a few
 * nanoseconds; in return it rings up to two ticks late, never early.
 */
export class AlarmWheel {
  readonly #drive: WheelDrive;
  readonly #slots: (Alarm | undefined)[] = new Array(SLOTS + 1).fill(undefined);
  #count = 0;
  #running = false;
  /** The first tick that has not been handled. */
  #next = 0;

  constructor(drive: WheelDrive) {
    this.#drive = drive;
  }

  /** Sets an alarm to ring once, unless it is set already. */
  set(alarm: Alarm): void {
    if (alarm.slot !== -1) return;
    if (!this.#running) {
      this.#next = Math.floor(this.#drive.elapsed() / TICK_MS);
      this.#run();
    }
    this.#put(alarm, Math.max(Math.floor(alarm.at / TICK_MS), this.#next) & (SLOTS - 1));
    this.#count += 1;
  }

  /** Unsets an alarm, if it is set. */
  unset(alarm: Alarm): void {
    if (alarm.slot === -1) return;
    this.#take(alarm);
    this.#count -= 1;
  }

  #run(): void {
    this.#running = true;
    this.#drive.after(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    const now = this.#drive.elapsed();
    const end = Math.floor(now / TICK_MS);
    for (let tick = Math.max(this.#next, end - SLOTS); tick < end; tick++) this.#gatherDue(tick & (SLOTS - 1), now);
    this.#next = Math.max(this.#next, end);
    this.#running = false;
    if (this.#count > 0) this.#run();
    // One by one, because an alarm that rings may unset others that are due.
    for (let alarm = this.#slots[DUE]; alarm !== undefined; alarm = this.#slots[DUE]) {
      this.unset(alarm);
      alarm.ring();
    }
  }

  #gatherDue(slot: number, now: number): void {
    let alarm = this.#slots[slot];
    while (alarm !== undefined) {
      const { later } = alarm;
      if (alarm.at <= now) {
        this.#take(alarm);
        this.#put(alarm, DUE);
      }
      alarm = later;
    }
  }

  #put(alarm: Alarm, slot: number): void {
    const first = this.#slots[slot];
    if (first !== undefined) first.earlier = alarm;
    alarm.later = first;
    alarm.slot = slot;
    this.#slots[slot] = alarm;
  }

  #take(alarm: Alarm): void {
    const { earlier, later, slot } = alarm;
    if (earlier === undefined) this.#slots[slot] = later;
    else earlier.later = later;
    if (later !== undefined) later.earlier = earlier;
    alarm.earlier = undefined;
    alarm.later = undefined;
    alarm.slot = -1;
  }
}
