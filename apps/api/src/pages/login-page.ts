import { layout } from './layout.ts';
import { markup } from './markup.ts';

export interface LoginPageInput {
  readonly siteName: string;
  /** Where the visitor goes on to. */
  readonly target: string;
  readonly hasGithub: boolean;
  readonly refused?: boolean;
}

/** The form that people sign in with; it works without a script. */
export function loginPage({ siteName, target, hasGithub, refused = false }: LoginPageInput): string {
  const said = refused
    ? markup`<p role="alert">There is no such login, or the password is wrong.</p>\n`
    : undefined;
  const github = `/api/auth/github?${new URLSearchParams({ return: target }).toString()}`;
  return layout({
    title: 'Sign in',
    siteName,
    body: markup`${said}<form method="post" action="/login">
<input type="hidden" name="return" value="${target}">
<p><label>Username or email<br><input name="login" autocomplete="username" required maxlength="320"></label></p>
<p><label>Password<br><input name="password" type="password" autocomplete="current-password" required maxlength="1024"></label></p>
<p><button>Sign in</button></p>
</form>
${hasGithub ? markup`<p><a href="${github}">Sign in with GitHub</a></p>` : undefined}`,
  });
}
