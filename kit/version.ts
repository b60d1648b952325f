/** The same as in package.json, which is not part of the build. */
export const VERSION = '0.1.0'
