import { CutoverError, exitCodes } from '@cutover/core';

/** How to reach a bucket. What is absent comes from the SDK's own chain: environment, shared files, instance role. */
export interface S3Settings {
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle?: boolean;
  /** For tests; real credentials come from the SDK's chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** No answer within this time is a failed attempt. */
  readonly timeoutMs?: number;
  /** Attempts of one request, the first included. */
  readonly attempts?: number;
  /** What the clock of this machine is off by, for tests. */
  readonly clockOffsetMs?: number;
}

export interface S3Place {
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
}

/** Bucket and prefix of `s3://bucket/prefix`. Throws CutoverError `private-store-url` where the URL holds anything else. */
export function parseS3Url(url: string): S3Place {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.hostname === '') {
    throw bad('a private store in a bucket is written s3://bucket/prefix', 'give it like that');
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
    // The URL is not repeated: what stands in it may be a secret.
    throw bad(
      'credentials and settings do not belong into the URL of a private store',
      'put them into the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL_S3',
    );
  }
  const path = decodeURIComponent(parsed.pathname).replace(/^\/+|\/+$/g, '');
  return { bucket: parsed.hostname, prefix: path === '' ? '' : `${path}/` };
}

function bad(message: string, next: string): CutoverError {
  return new CutoverError('private-store-url', message, { next, exitCode: exitCodes.usage });
}

/** Settings from the environment, where they were not handed in. A custom endpoint means path style unless said otherwise. */
export function settingsFromEnvironment(given: S3Settings = {}): S3Settings {
  const endpoint = given.endpoint ?? variable('AWS_ENDPOINT_URL_S3') ?? variable('AWS_ENDPOINT_URL');
  const said = variable('CUTOVER_S3_PATH_STYLE');
  const pathStyle =
    given.pathStyle ?? (said === undefined ? endpoint !== undefined : !/^(?:0|false|no)$/i.test(said));
  const region =
    given.region ??
    variable('AWS_REGION') ??
    variable('AWS_DEFAULT_REGION') ??
    (endpoint === undefined ? undefined : 'us-east-1');
  return {
    ...given,
    pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  };
}

function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === undefined || value === '' ? undefined : value;
}
