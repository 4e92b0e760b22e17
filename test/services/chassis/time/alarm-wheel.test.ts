import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Alarm } from '../../../../services/chassis/time/alarm.ts';
import { AlarmWheel } from '../../../../services/chassis/time/alarm-wheel.ts';
import { ManualClock } from '../manual-clock.ts';

const TICK_MS = 5;

class Recorder extends Alarm {
  readonly #onRing: () => void;

  constructor(at: number, onRing: () => void) {
    super(at);
    this.#onRing = onRing;
  }

  override ring(): void {
    this.#onRing();
  }
}

const step = fc.record({
  pauseMs: fc.nat(40),
  inMs: fc.oneof(fc.nat(100), fc.nat(30_000)),
  takeBack: fc.option(fc.nat(), { freq: 3 }),
});

describe('alarm wheel', () => {
  it('rings each alarm once, never early, two ticks late at most, and not what is taken back', () => {
    const rings = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new ManualClock();
      const wheel = new AlarmWheel(clock);
      const alarms: Recorder[] = [];
      const rung = new Map<Alarm, number>();
      const takenBack = new Set<Alarm>();
      for (const { pauseMs, inMs, takeBack } of steps) {
        for (let ms = 0; ms < pauseMs; ms++) clock.advance(1);
        const alarm: Recorder = new Recorder(clock.elapsed() + inMs, () => {
          if (rung.has(alarm)) throw new Error('rung twice');
          rung.set(alarm, clock.elapsed());
        });
        wheel.set(alarm);
        wheel.set(alarm);
        alarms.push(alarm);
        const other = takeBack === null ? undefined : alarms[takeBack % alarms.length]!;
        if (other === undefined || rung.has(other)) continue;
        wheel.unset(other);
        takenBack.add(other);
      }
      while (clock.pending > 0) clock.advance(1);
      for (const alarm of alarms) {
        const at = rung.get(alarm);
        expect(at === undefined).toBe(takenBack.has(alarm));
        if (at === undefined) continue;
        expect(at).toBeGreaterThanOrEqual(alarm.at);
        expect(at).toBeLessThanOrEqual(alarm.at + 2 * TICK_MS);
      }
    });
    fc.assert(rings, { seed: 1 });
  });

  it('rings all that is due after time has jumped, and lets one take back another', () => {
    const clock = new ManualClock();
    const wheel = new AlarmWheel(clock);
    const rung: string[] = [];
    const first: Recorder = new Recorder(10, () => {
      rung.push('first');
      wheel.unset(second);
    });
    const second: Recorder = new Recorder(10, () => {
      rung.push('second');
      wheel.unset(first);
    });
    const far = new Recorder(9_000, () => rung.push('far'));
    for (const alarm of [first, second, far]) wheel.set(alarm);
    clock.advance(60_000);
    clock.advance(10);
    expect(rung).toHaveLength(2);
    expect(rung).toContain('far');
  });

  it('keeps no timer while nothing is set', () => {
    const clock = new ManualClock();
    const wheel = new AlarmWheel(clock);
    const alarm = new Recorder(1_000, () => {});
    wheel.set(alarm);
    wheel.unset(alarm);
    clock.advance(TICK_MS);
    expect(clock.pending).toBe(0);
  });
});
