import { describe, expect, it } from '@jest/globals';
import { AddressPlan, firstBlock, nextBlock } from '../../../twin/network/address-plan.ts';

describe('address plan', () => {
  it('gives everyone an address of their own in the block', () => {
    const plan = new AddressPlan('own', 8);
    const addresses = Array.from({ length: 600 }, () => plan.take());

    expect(addresses.slice(0, 2)).toEqual(['127.8.0.2', '127.8.0.3']);
    expect(addresses[300]).toBe('127.8.1.46');
    expect(new Set(addresses).size).toBe(600);
    expect(addresses).not.toContain(plan.claim[0]);
  });

  it('prefers a fresh address to one that was given back', () => {
    const plan = new AddressPlan('own', 8);
    const first = plan.take();
    plan.release(first);

    expect(plan.take()).not.toBe(first);
  });

  it('moves only ports an ordinary user may not open where addresses are real', () => {
    const plan = new AddressPlan('own', 8);

    expect([80, 1023, 1024, 8080].map((port) => plan.moves(port))).toEqual([true, true, false, false]);
    expect(plan.place('127.8.0.2', 80)).toEqual(['127.8.0.2', 20_080]);
  });

  it('moves every endpoint to a port of its own on 127.0.0.1 where the address is shared', () => {
    const plan = new AddressPlan('shared', 8);
    const places = Array.from({ length: 300 }, () => plan.place('127.8.0.2', 8080));

    expect(plan.moves(8080)).toBe(true);
    expect(places.every(([host]) => host === '127.0.0.1')).toBe(true);
    expect(new Set(places.map(([, port]) => port)).size).toBe(300);
    expect(places.map(([, port]) => port)).not.toContain(plan.claim[1]);
  });

  it('finds a block by the data folder, always the same, and every other block from there', () => {
    const blocks = new Set([firstBlock('/here/.mosaic')]);
    for (let block = nextBlock(firstBlock('/here/.mosaic')); !blocks.has(block); block = nextBlock(block))
      blocks.add(block);

    expect(firstBlock('/here/.mosaic')).toBe(firstBlock('/here/.mosaic'));
    expect(firstBlock('/here/.mosaic')).not.toBe(firstBlock('/there/.mosaic'));
    expect([Math.min(...blocks), Math.max(...blocks), blocks.size]).toEqual([8, 250, 243]);
  });
});
