/** The features of the HTTP client whose cost is measured, in the table's order; `plain` uses none. */
export const featureNames = [
  'plain',
  'name',
  'requestName template',
  'headers',
  'query',
  'auth',
  'timeout',
  'json body',
  'form body',
  'multipart body',
  'check',
  'catchResponse',
  'stream',
  'shared pool',
  'new cookie each time',
  'new cookie each time, with an expiry',
  'gzip answer',
] as const;

export type FeatureName = (typeof featureNames)[number];

/** Answered by the nginx of the benchmark alone. */
export const needNginx: ReadonlySet<FeatureName> = new Set<FeatureName>(['new cookie each time', 'new cookie each time, with an expiry', 'gzip answer']);
