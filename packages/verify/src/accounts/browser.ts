export interface Seen {
  readonly status: number;
  readonly location: string | undefined;
  readonly json: Readonly<Record<string, unknown>>;
}

/** One visitor with cookies of one site; follows nothing by itself. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#origin = new URL(url).origin;
  }

  get(path: string): Promise<Seen> {
    return this.#ask(path, 'GET');
  }

  post(path: string, body: unknown = {}, headers: Readonly<Record<string, string>> = {}): Promise<Seen> {
    return this.#ask(path, 'POST', body, headers);
  }

  /** Throws what the network throws: whoever asks says that it could not tell. */
  async #ask(
    path: string,
    method: 'GET' | 'POST',
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Seen> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const { request } = await import('undici');
    const answer = await request(`${this.#origin}${path}`, {
      method,
      headers: {
        ...headers,
        accept: 'application/json',
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { location, 'set-cookie': set = [] } = answer.headers;
    for (const one of [set].flat()) this.#keep(one);
    const text = await answer.body.text();
    return {
      status: answer.statusCode,
      location: typeof location === 'string' ? location : undefined,
      json: parsed(text),
    };
  }

  #keep(set: string): void {
    const [name = '', value = ''] = set.split(';', 1)[0]!.split(/=(.*)/s);
    if (/Max-Age=0/i.test(set)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
