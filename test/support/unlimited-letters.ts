/** Settings of a broker that keeps every dead letter: a test that looks for each refused reading must find it. */
export const UNLIMITED_LETTERS = { DEVICE_REJECTED_PER_S: '0', DEVICE_REJECTED_BYTES_PER_S: '0' }
