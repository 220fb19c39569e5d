import { describe, expect, it } from 'vitest';
import { admit } from '../src/admit.ts';
import type { HubNode, Move } from '../src/move.ts';
import { aMove, aNode } from './support/rows.ts';

const now = new Date('2026-03-01T10:00:30Z');
const nodes = [aNode('a'), aNode('b'), aNode('c', { freeBytes: 2_000_000 })];

const asked = (move: Move, others: Move[] = [], known: HubNode[] = nodes) =>
  admit(move, { now, nodes: known, unended: [...others, move] });
const chosen = (...args: Parameters<typeof asked>): string | undefined => {
  const admission = asked(...args);
  return 'destination' in admission ? admission.destination.id : undefined;
};
const waits = (...args: Parameters<typeof asked>): string => {
  const admission = asked(...args);
  return 'waits' in admission ? admission.waits : '';
};

describe('a move that names its destination', () => {
  it('begins there', () => expect(chosen(aMove())).toBe('b'));

  it('waits for another move of the site, one that is on or asked for before', () => {
    const move = aMove();
    const other = aMove({ site: move.site, wanted: 'c' });
    expect(waits(move, [other])).toContain(`another move of the site, ${other.id}, goes first`);
    expect(
      admit(other, { now, nodes, unended: [other, { ...move, state: 'sending', destination: 'b' }] }),
    ).toEqual({ waits: expect.stringContaining('goes first') as string });
    expect(admit(other, { now, nodes, unended: [other, move] })).toMatchObject({ destination: { id: 'c' } });
  });

  it('waits while source or destination has as many moves on as it takes', () => {
    const on = (source: string, destination: string) =>
      aMove({ source, destination, wanted: destination, state: 'sending' });
    expect(waits(aMove(), [on('a', 'c'), on('c', 'a')])).toBe('a has 2 moves on, and takes 2');
    expect(waits(aMove(), [on('c', 'b'), on('b', 'c')])).toBe('b has 2 moves on, and takes 2');
    expect(chosen(aMove(), [on('c', 'b'), on('a', 'c')])).toBe('b');
  });

  it('waits out its pause, and for a node that does not answer or is not known', () => {
    expect(waits(aMove({ notBefore: '2026-03-01T10:01:00Z', waits: 'attempt 1 failed' }))).toBe(
      'attempt 1 failed',
    );
    expect(chosen(aMove({ notBefore: '2026-03-01T10:00:29Z' }))).toBe('b');
    expect(waits(aMove(), [], [aNode('a'), aNode('b', { unseen: 'refused' })])).toContain(
      'b cannot be used now: refused',
    );
    expect(waits(aMove({ source: 'x' }))).toContain('no node x');
  });
});

describe('a move that leaves its destination to the hub', () => {
  const open = (change: Partial<Move> = {}) => aMove({ wanted: null, bytesTotal: 500_000, ...change });

  it('goes to the node with the most room', () => expect(chosen(open())).toBe('c'));

  it('counts what is on its way there already', () => {
    const big = { wanted: 'c', destination: 'c', state: 'sending', source: 'b' } as const;
    expect(chosen(open(), [aMove({ ...big, bytesTotal: 1_400_000 })])).toBe('b');
    expect(chosen(open(), [aMove({ ...big, bytesTotal: 1_400_000, bytesDone: 1_300_000 })])).toBe('c');
  });

  it('goes elsewhere after a failure, and back where nothing else is left', () => {
    expect(chosen(open({ tried: ['c'] }))).toBe('b');
    expect(chosen(open({ tried: ['c'] }), [], [aNode('a'), aNode('c')])).toBe('c');
  });

  it('waits where its size is not known, or nowhere is room', () => {
    expect(waits(open({ bytesTotal: null }))).toBe('its size is not known yet');
    expect(waits(open({ bytesTotal: 2_000_001 }))).toBe(
      'no node has room for 2000001 bytes; most has c with 2000000',
    );
  });

  it('takes no node that is not seen, was seen long ago, or is drained', () => {
    const stale = '2026-03-01T09:00:00Z';
    expect(
      waits(open(), [], [aNode('a'), aNode('b', { unseen: 'away' }), aNode('c', { seenAt: stale })]),
    ).toBe('no other node answers');
    expect(waits(open(), [], [aNode('a'), aNode('b', { drained: true })])).toBe(
      'the hub has no other node that takes sites',
    );
  });
});
