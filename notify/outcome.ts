/** The outcome of one attempt. */
export interface Outcome {
  ok: boolean
  /** `ok`, or what went wrong, for the person who configured the channel. Never text of a reply. */
  result: string
  /** of HTTP or SMTP; `undefined` if there was no reply */
  statusCode?: number | undefined
  /** Another attempt would have the same outcome. */
  isFinal?: boolean
}
