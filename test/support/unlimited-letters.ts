/** Settings of a broker that keeps every dead letter, for tests that look for each refused reading. */
export const UNLIMITED_LETTERS = { DEVICE_REJECTED_PER_S: '0', DEVICE_REJECTED_BYTES_PER_S: '0' }
