import { describe, expect, it } from '@jest/globals';
import { Recorder } from '../../system/recorder.ts';
import type { Take } from '../../system/take.ts';

const read = <T>(properties: Record<string, unknown>, reader: (take: Take) => T) => {
  const recorder = new Recorder(Object.keys(properties), (name) => properties[name]);
  const data = reader(recorder.take);
  const verdicts = Object.fromEntries([...recorder.notes()].map(([path, { verdict }]) => [path, verdict]));
  const whys = Object.fromEntries([...recorder.notes()].map(([path, { why }]) => [path, why]));
  return { data, verdicts, whys };
};

describe('Recorder', () => {
  it('counts what is taken as simulated, at its dotted path', () => {
    const { data, verdicts } = read({ Connect: { Services: [{ Timeout: 5 }] } }, (take) =>
      take.object('Connect')?.objects('Services')[0]?.number('Timeout'),
    );
    expect(data).toBe(5);
    expect(verdicts).toEqual({ 'Connect.Services.0.Timeout': 'simulated' });
  });

  it('counts what is left as accepted, at the shallowest path that says it', () => {
    const { verdicts } = read({ A: { B: { C: 1, D: 2 }, E: { F: 1 } }, G: [{ H: 1 }] }, (take) => {
      take.object('A')?.object('B')?.number('C');
    });
    expect(verdicts).toEqual({ 'A.B.C': 'simulated', 'A.B.D': 'accepted', 'A.E': 'accepted', G: 'accepted' });
  });

  it('does not count a look or a path merely opened as taken', () => {
    const { verdicts } = read({ A: { B: 1 }, C: 1 }, (take) => {
      take.object('A');
      take.peek('C');
    });
    expect(verdicts).toEqual({ A: 'accepted', C: 'accepted' });
  });

  it('records why a property is accepted or refused, only where the template sets it', () => {
    const { verdicts, whys } = read({ Driver: 'x', Size: 1 }, (take) => {
      take.refuse('Driver', 'no such driver');
      take.refuse('Gpu', 'no such thing');
      take.accept('Size', 'no limit here');
      take.string('Driver');
    });
    expect(verdicts).toEqual({ Driver: 'refused', Size: 'accepted' });
    expect(whys).toEqual({ Driver: 'no such driver', Size: 'no limit here' });
  });

  it('knows what becomes of a whole resource, and a refusal of it stands', () => {
    const whole = (reader: (take: Take) => void) => {
      const recorder = new Recorder(['A'], () => 1);
      reader(recorder.take);
      return recorder.whole;
    };
    expect(whole((take) => take.number('A'))).toBeUndefined();
    expect(whole((take) => take.acceptAll('no use'))).toEqual({ verdict: 'accepted', why: 'no use' });
    const refused = { verdict: 'refused', why: 'no way' };
    expect(whole((take) => [take.acceptAll('no use'), take.refuseAll('no way'), take.acceptAll('no use')])).toEqual(
      refused,
    );
  });

  it('reads numbers, booleans and text in the spellings CloudFormation allows', () => {
    const { data } = read({ Cpu: '256', Enabled: 'false', Port: 80, Command: ['a', 1] }, (take) => [
      take.number('Cpu'),
      take.boolean('Enabled'),
      take.string('Port'),
      take.strings('Command'),
      take.string('Missing'),
    ]);
    expect(data).toEqual([256, false, '80', ['a', '1'], undefined]);
  });

  it.each<[Parameters<typeof read>[1], unknown, string]>([
    [(take) => take.number('It'), 'many', 'a number was expected, got "many"; CloudFormation would refuse it'],
    [(take) => take.string('It'), { a: 1 }, 'text was expected, got {"a":1}; CloudFormation would refuse it'],
    [(take) => take.boolean('It'), 1, 'true or false was expected, got 1; CloudFormation would refuse it'],
    [(take) => take.strings('It'), 'a', 'a list of plain values was expected, got "a"; CloudFormation would refuse it'],
    [(take) => take.object('It'), [], 'an object was expected, got []; CloudFormation would refuse it'],
    [(take) => take.objects('It'), {}, 'a list of objects was expected, got {}; CloudFormation would refuse it'],
  ])('refuses a value of the wrong kind and says what it got', (reader, value, why) => {
    const { verdicts, whys } = read({ It: value }, reader);
    expect(verdicts).toEqual({ It: 'refused' });
    expect(whys).toEqual({ It: why });
  });
});
