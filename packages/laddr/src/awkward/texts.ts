/** Texts that dump readers, TOML writers and leak checks stumble over. */
export const texts = {
  html: '<p onclick="alert(1)">Hi <b>there</b> &amp; <script>x</script></p>',
  sql: `it's "quoted"; -- not a comment\r\n/* nor this */ \\' \\n \\\\ DROP TABLE \`people\`;\n');`,
  control: 'nul \u0000 sub \u001a backspace \b tab \t escape \u001b delete \u007f end',
  mojibake: 'CafÃ© â€œtrÃ¨s chicâ€ â€“ naÃ¯ve',
  threeBytes: '日本語 ₿ ✓ ﷺ',
  emojiLost: 'I love it ????',
  emoji: 'I love it 🚲',
  combining: 'Jose\u0301 e\u0301crit',
  email: 'Write to me: ebrin.talvo@example.org or via the site.',
  phone: 'Call +1 (215) 555-0123 in the evening.',
  commit: 'Fixed in 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12, see the log.',
  tripleQuotes: 'He said """no""" and left\n"""',
  lineEnds: '\n\r\nfirst\rsecond\n\n',
  spaces: '  leading and trailing  ',
} as const;
