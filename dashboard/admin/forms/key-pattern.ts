/** The pattern of keys in contract/topics.ts, for the `pattern` of an input, which always matches the whole value. */
export const KEY_INPUT_PATTERN = '[A-Za-z0-9_\\-]{1,64}'
export const KEY_HINT = 'Up to 64 letters, digits, _ and -.'
