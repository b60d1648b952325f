/** As in contract/topics.ts, for `pattern` of an input, which has to match as a whole. */
export const KEY_INPUT_PATTERN = '[A-Za-z0-9_\\-]{1,64}'
export const KEY_HINT = 'Up to 64 letters, digits, _ and -.'
