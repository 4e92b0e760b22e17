import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, property, record } from 'fast-check';
import { LoadShedder } from '../../../../../services/chassis/server/shedding/load-shedder.ts';
import { ManualClock } from '../../manual-clock.ts';

const PERIOD_MS = 50;

interface TurnOptions {
  readonly pause?: number;
  readonly critical?: boolean;
  readonly late?: boolean;
  readonly stay?: boolean;
}

/** A shedder whose event loop is late when a test says so. */
class Loop {
  readonly clock = new ManualClock();
  readonly shedder = new LoadShedder(this.clock);

  /**
   * One turn: so many requests come, one after the other, while it lasts, once the process has stood still for a while
   * at its beginning. Says how many were turned away.
   */
  turn(milliseconds: number, requests: number, options: TurnOptions = {}): number {
    const { pause = 0, critical = false, late = false, stay = false } = options;
    let shed = 0;
    const began = this.clock.elapsed() + pause;
    for (let count = 0; count < requests; count++) {
      const now = began + (milliseconds * count) / requests;
      if (this.shedder.admits(critical, now)) {
        this.shedder.entered();
        if (!stay) this.shedder.left(late);
      } else shed += 1;
    }
    this.clock.advance(pause + milliseconds);
    return shed;
  }

  turns(count: number, ...turn: Parameters<Loop['turn']>): number {
    return Array.from({ length: count }, () => this.turn(...turn)).reduce((sum, shed) => sum + shed, 0);
  }
}

describe('a load shedder', () => {
  it('takes everything from a service that keeps up, whatever comes and however long it takes', () => {
    const turn = record({ milliseconds: integer({ min: 1, max: 149 }), requests: integer({ min: 0, max: 500 }) });
    assert(
      property(array(turn, { minLength: 50, maxLength: 200 }), (turns) => {
        const loop = new Loop();
        for (const { milliseconds, requests } of turns) {
          expect(loop.turn(milliseconds, requests, { stay: true })).toBe(0);
        }
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  it('takes everything after a pause: of the garbage collector or of all, it is not load', () => {
    const loop = new Loop();
    const pause = record({ milliseconds: integer({ min: 200, max: 9_000 }), calm: integer({ min: 5, max: 40 }) });
    assert(
      property(array(pause, { minLength: 1, maxLength: 20 }), (pauses) => {
        for (const { milliseconds, calm } of pauses) {
          expect(loop.turn(PERIOD_MS, 300, { pause: milliseconds })).toBe(0);
          expect(loop.turns(calm, PERIOD_MS, 20)).toBe(0);
        }
      }),
      { seed: 8, numRuns: 50 },
    );
  });

  it('turns away what waited too long once the event loop is late for more than a second: the control', () => {
    const loop = new Loop();
    expect(loop.turns(2, 400, 40)).toBe(0);
    const shed = loop.turns(6, 400, 40);
    expect(shed).toBeGreaterThan(0);
    expect(shed).toBeLessThan(6 * 40);
  });

  it('turns away what waited too long in one turn that has no end, for so many came at once', () => {
    const loop = new Loop();
    loop.turn(PERIOD_MS, 1);
    const shed = loop.turn(4_000, 400);
    expect(shed).toBeGreaterThan(250);
    expect(shed).toBeLessThan(300);
  });

  it('turns critical requests away last', () => {
    const loop = new Loop();
    loop.turns(4, 400, 40);
    expect(loop.turn(400, 40)).toBeGreaterThan(0);
    expect(loop.turn(400, 40, { critical: true })).toBe(0);
    expect(loop.turn(2_000, 40, { critical: true })).toBeGreaterThan(0);
  });

  it('takes everything again as soon as the event loop is in time', () => {
    const loop = new Loop();
    loop.turns(8, 400, 40);
    loop.turns(2, PERIOD_MS, 1);
    expect(loop.turn(400, 40)).toBe(0);
  });

  it('lets in fewer at once while most requests run out of time, and more again once they do not', () => {
    const loop = new Loop();
    const before = loop.shedder.limit;
    loop.turn(PERIOD_MS, 100, { stay: true });
    for (let answer = 0; answer < 100; answer++) loop.shedder.left(true);
    loop.turn(PERIOD_MS, 1);
    expect(loop.shedder.limit).toBeLessThan(100);
    expect(loop.turn(PERIOD_MS, 200, { stay: true })).toBeGreaterThan(0);
    for (let answer = 0; answer < loop.shedder.limit; answer++) loop.shedder.left(false);
    loop.turns(200, PERIOD_MS, 1);
    expect(loop.shedder.limit).toBe(before);
  });

  it('keeps no timer while nobody asks', () => {
    const loop = new Loop();
    loop.turn(PERIOD_MS, 1);
    expect(loop.clock.pending).toBe(1);
    loop.clock.advance(PERIOD_MS);
    loop.clock.advance(PERIOD_MS);
    expect(loop.clock.pending).toBe(0);
  });
});
