/**
 * For connections that look up rows of `telemetry` one by one, with cached plans. A plan that was made for an empty partition
 * would read the filled partition from end to end for each row. That would last from midnight on until the server analyses the
 * partition.
 */
export const LOOK_UP_SETTINGS = { enable_seqscan: 'off' }
