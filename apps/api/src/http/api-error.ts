/** A refusal as the API tells it: an HTTP status, a stable code and a sentence. Nothing a client sent is repeated. */
export class ApiError extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(statusCode: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = 'ApiError';
    this.statusCode = statusCode;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const notFound = (): ApiError => new ApiError(404, 'not-found', 'There is nothing at this address.');

export const notLoaded = (): ApiError =>
  new ApiError(503, 'not-loaded', 'The records are not loaded. See /api/health/ready.', 5);
