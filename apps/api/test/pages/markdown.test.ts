import { describe, expect, it } from 'vitest';
import { markdownToHtml } from '../../src/pages/markdown.ts';

const html = (text: string): string => markdownToHtml(text).text;

describe('Markdown as HTML', () => {
  it('keeps what people meant', () => {
    expect(html('# Hi\n\n* one\n* [two](https://example.org "t")\n\n| a | b |\n|---|---|\n| 1 | 2 |')).toBe(
      '<h2>Hi</h2>\n<ul>\n<li>one</li>\n<li><a href="https://example.org" title="t" rel="nofollow ugc noopener">two</a></li>\n</ul>\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n',
    );
    expect(html('<p>Rich <em>text</em> of an editor</p>')).toBe('<p>Rich <em>text</em> of an editor</p>');
    expect(html('![a](/attachments/x.png)')).toContain(
      '<img src="/attachments/x.png" alt="a" loading="lazy" />',
    );
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<svg><script>alert(1)</script></svg>',
    '<iframe src="https://evil.example"></iframe>',
    '<object data="x"></object><embed src="x">',
    '<form action="https://evil.example"><input name="password"></form>',
    '<style>*{display:none}</style>',
    '<p style="position:fixed" class="x" id="y" onclick="alert(1)">t</p>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="  java\nscript:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '![x](data:image/svg+xml;base64,AAAA)',
    '<a href="//evil.example">x</a>',
    '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<!--><img src=x onerror=alert(1)>-->',
    '<base href="https://evil.example"><meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel="stylesheet" href="https://evil.example">',
    '<template><script>alert(1)</script></template>',
    '<textarea><img title="</textarea><img src onerror=alert(1)>"></textarea>',
  ])('takes what could do something out of %s', (text) => {
    const shown = html(text);
    expect(shown).not.toMatch(
      /<(?:script|svg|iframe|object|embed|form|input|style|math|base|meta|link|template|textarea|noscript)/i,
    );
    expect(shown).not.toMatch(/<[^>]*\s(?:on\w+|style|class|id)=/i);
    expect(shown).not.toMatch(/(?:href|src)="(?!https?:|mailto:|\/(?!\/)|x")[^"]*"/i);
  });

  it.each([
    '[',
    '>',
    '*a',
    '_a ',
    '**a *b ',
    '[a](',
    '![a](',
    '<',
    '<a ',
    '~~',
    '`a ``b ',
    '&',
    '<!--',
    '- ',
  ])(
    'reads a text of a hundred thousand characters made of %j, where a reader in quadratic time takes minutes',
    (part) => {
      expect(html(part.repeat(100_000 / part.length)).length).toBeGreaterThanOrEqual(0);
    },
  );

  it('shows as it was written what is longer than anybody writes', () => {
    expect(html(`<b>${'x'.repeat(200_000)}`)).toMatch(/^<pre>&lt;b&gt;x+<\/pre>$/);
  });
});
