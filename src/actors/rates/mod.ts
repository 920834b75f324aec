export { Bucket, type BucketOptions } from "./bucket.ts";
export { Buckets, perMinute } from "./buckets.ts";
