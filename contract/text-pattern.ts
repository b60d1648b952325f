/** Characters that no column could store: control characters, above all NUL, and unpaired surrogates. */
const UNSTORABLE = '\\u0000-\\u001f\\u007f\\ud800-\\udfff'

/** Text that a column can hold. */
export const TEXT_PATTERN = `^[^${UNSTORABLE}]*$`

/** The same for names of members in `extra`, which must not be that of a prototype. */
export const MEMBER_NAME_PATTERN = `^(?!__proto__$)[^${UNSTORABLE}]*$`
