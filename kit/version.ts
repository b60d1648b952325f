/** The same as in package.json, which is not part of what is built. */
export const VERSION = '0.1.0'
