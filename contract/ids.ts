/** Sources of patterns, without anchors. */

/** The id of a row as text: a positive whole number of at most 15 digits, which a double holds exactly. */
export const ROW_ID = '[1-9]\\d{0,14}'

/** A UUID as Node.js and PostgreSQL write it. */
export const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
