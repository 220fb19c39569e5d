import type { Match } from '../accounts/github-match.ts';
import { layout } from './layout.ts';
import { markup } from './markup.ts';
import { titleOf } from './record-page.ts';

/** For a visitor whom GitHub knows and this site does not yet: which account is theirs, and how to show it. */
export function githubPage(input: {
  readonly siteName: string;
  readonly login: string;
  readonly match: Match;
}): string {
  const { siteName, login, match } = input;
  const picker =
    match.kind !== 'several'
      ? undefined
      : markup`<p>Several accounts have your address. Which one is yours?</p>
<form method="post" action="/login/github"><input type="hidden" name="do" value="pick">
${match.records.map((record) => markup`<p><label><input type="radio" name="id" value="${record.id}" required> ${titleOf(record)} (${record.id})</label></p>\n`)}<p><button>This one</button></p>
</form>`;
  const known = match.kind === 'username' ? login : '';
  const said =
    match.kind === 'username'
      ? 'There is an account of your GitHub name. If it is yours, its old password shows it.'
      : 'If you had an account on the old site, its old password gives it to you.';
  return layout({
    title: 'Your account',
    siteName,
    body: markup`<p>You are ${login} on GitHub.</p>
${picker}<p>${said}</p>
<form method="post" action="/login/github"><input type="hidden" name="do" value="claim">
<p><label>Username or email on the old site<br><input name="login" value="${known}" required maxlength="320"></label></p>
<p><label>Old password<br><input name="password" type="password" required maxlength="1024"></label></p>
<p><button>It is mine</button></p>
</form>
<p>Is the password lost and the address dead? Staff can give you the account.</p>
<form method="post" action="/login/github"><input type="hidden" name="do" value="review">
<p><label>Username or email on the old site<br><input name="login" value="${known}" required maxlength="320"></label></p>
<p><label>How staff can tell that it is yours<br><textarea name="message" maxlength="2000" rows="4"></textarea></label></p>
<p><button>Ask staff</button></p>
</form>`,
  });
}
