import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locationFault } from '../../src/site/safe-location.ts';

describe('a Location', () => {
  it('that is let through stays on the site and fits a header, whatever a visitor typed', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '/',
        '\\',
        '.',
        ':',
        '@',
        '?',
        '#',
        '%',
        '\t',
        '\r',
        '\n',
        ' ',
        '\0',
        'a',
        'é',
        '%2f',
      ),
      maxLength: 12,
    });
    let passed = 0;
    fc.assert(
      fc.property(nasty, (rest) => {
        const location = `/${rest}`;
        if (locationFault(location) !== undefined) return;
        passed++;
        expect(new URL(location, 'https://site.example/x/y').origin).toBe('https://site.example');
        expect(location).toMatch(/^[\x21-\x7e]+$/);
      }),
      { seed: 7, numRuns: 5000 },
    );
    expect(passed).toBeGreaterThan(100);
  });

  it('is not taken for a path where it names a host, whichever', () => {
    for (const location of ['//site.invalid/x', '/\\site.invalid/x', '///site.invalid']) {
      expect(locationFault(location)).toBe('a browser would take it for another host');
    }
  });

  it.each(['/', '/a/b?c=d&e=%20#f', '/a:b@c', "/it's"])('%s is let through', (location) => {
    expect(locationFault(location)).toBeUndefined();
  });
});
