import { describe, expect, it } from '@jest/globals';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';

describe('Deadline', () => {
  it('calls back when its time has run out, and not before', () => {
    const clock = new ManualClock();
    const ends: string[] = [];
    new Deadline(100, clock).whenOver((end) => ends.push(end));
    clock.advance(99);
    expect(ends).toEqual([]);
    clock.advance(1);
    expect(ends).toEqual(['expired']);
  });

  it('says how much is left', () => {
    const clock = new ManualClock();
    const deadline = new Deadline(100, clock);
    clock.advance(30);
    expect(deadline.remaining()).toBe(70);
    clock.advance(100);
    expect(deadline.remaining()).toBe(0);
  });

  it('is never longer than the one it is within', () => {
    const clock = new ManualClock();
    const request = new Deadline(100, clock);
    expect(request.within(500).remaining()).toBe(100);
    expect(request.within(20).remaining()).toBe(20);
  });

  it('is over when the one it is within is cancelled', () => {
    const request = new Deadline(100, new ManualClock());
    const { signal } = request.within(50);
    expect(signal.aborted).toBe(false);
    request.cancel();
    expect(signal.aborted).toBe(true);
    expect(String(signal.reason)).toContain('the caller left');
  });

  it('calls back at once who asks too late', () => {
    const deadline = new Deadline(100, new ManualClock());
    deadline.cancel();
    const ends: string[] = [];
    deadline.whenOver((end) => ends.push(end));
    expect(ends).toEqual(['cancelled']);
  });

  it('leaves no timer behind once it is settled, nor before anybody asks', () => {
    const clock = new ManualClock();
    const request = new Deadline(100, clock);
    const call = request.within(50);
    expect(clock.pending).toBe(0);
    const ends: string[] = [];
    call.whenOver((end) => ends.push(end));
    expect(clock.pending).toBe(1);
    call.settle();
    expect(clock.pending).toBe(0);
    clock.advance(1000);
    expect(ends).toEqual([]);
  });

  it('forgets who no longer waits', () => {
    const clock = new ManualClock();
    const ends: string[] = [];
    const forget = new Deadline(100, clock).whenOver((end) => ends.push(end));
    forget();
    expect(clock.pending).toBe(0);
    clock.advance(100);
    expect(ends).toEqual([]);
  });

  it('cancels all that is within it, through those nobody watches', () => {
    const clock = new ManualClock();
    const request = new Deadline(100, clock);
    const call = request.within(80);
    const ends: string[] = [];
    for (const name of ['one', 'two', 'three']) call.within(50).whenOver((end) => ends.push(`${name} ${end}`));
    const done = call.within(50);
    done.whenOver(() => ends.push('done'));
    done.settle();
    request.cancel();
    expect(ends.toSorted()).toEqual(['one cancelled', 'three cancelled', 'two cancelled']);
    expect([call.end, call.remaining(), clock.pending]).toEqual(['cancelled', 0, 0]);
  });

  it('keeps nothing of what was within it', () => {
    const clock = new ManualClock();
    const request = new Deadline(100, clock);
    const ends: string[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const call = request.within(50);
      call.within(20).whenOver((end) => ends.push(end))();
      call.whenOver((end) => ends.push(end));
      call.settle();
    }
    expect(clock.pending).toBe(0);
    request.cancel();
    expect(ends).toEqual([]);
  });

  it('calls back everybody, once', () => {
    const clock = new ManualClock();
    const deadline = new Deadline(100, clock);
    const ends: string[] = [];
    deadline.whenOver(() => ends.push('first'));
    const forget = deadline.whenOver(() => ends.push('second'));
    deadline.whenOver(() => ends.push('third'));
    forget();
    clock.advance(100);
    deadline.cancel();
    expect(ends).toEqual(['first', 'third']);
  });

  it('ends once, also where what is within it ends the one it is within', () => {
    const clock = new ManualClock();
    const request = new Deadline(100, clock);
    const step = request.within(80);
    const ends: string[] = [];
    for (const name of ['one', 'two']) {
      step.within(50).whenOver((end) => {
        ends.push(`${name} ${end}`);
        request.cancel();
      });
    }
    step.cancel();
    expect(ends.toSorted()).toEqual(['one cancelled', 'two cancelled']);
    expect([request.end, clock.pending]).toEqual(['cancelled', 0]);
  });
});
