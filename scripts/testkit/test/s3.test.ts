import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith, type S3Server, startS3 } from '../src/index.ts';

describeWith('s3', 'a private S3 server', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
  });
  afterAll(() => server.stop());

  it('answers, and refuses who is not known', async () => {
    const answer = await fetch(`${server.endpoint}/${server.bucketName()}`);
    expect(answer.status).toBe(404);
    expect((await fetch(`${server.endpoint}/x`, { method: 'PUT' })).status).toBe(403);
  });
});
