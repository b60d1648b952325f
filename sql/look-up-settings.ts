/**
 * For connections that look rows of `telemetry` up one by one, with plans that are kept: one made while a partition was
 * empty would read it from end to end for each row when it has filled, from midnight on, until the server has looked at
 * the new one.
 */
export const LOOK_UP_SETTINGS = { enable_seqscan: 'off' }
