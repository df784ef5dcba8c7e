/** How long a bucket is. */
export const BUCKET_SECONDS = 10;
export const BUCKETS_PER_MINUTE = 60 / BUCKET_SECONDS;
export const BUCKETS_PER_HOUR = 3600 / BUCKET_SECONDS;

const BUCKET_MS = BUCKET_SECONDS * 1000;

/** The bucket of a moment: the number of buckets since 1970, in UTC like everything here. */
export function bucketAt(timeMs: number): number {
  return Math.floor(timeMs / BUCKET_MS);
}

/** When a bucket begins. */
export function bucketStartMs(bucket: number): number {
  return bucket * BUCKET_MS;
}

export function minuteOf(bucket: number): number {
  return Math.floor(bucket / BUCKETS_PER_MINUTE);
}

export function hourOf(bucket: number): number {
  return Math.floor(bucket / BUCKETS_PER_HOUR);
}
