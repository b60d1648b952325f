/** Path of the report on a broker's status port. */
export const BROKER_STATUS_PATH = '/status.json'

/**
 * Maximum length of `recent`, in minutes.
 * @limit samples of a broker's counters, one a minute | the oldest is dropped
 */
export const RECENT_SAMPLES_MAX = 60

/** Counts since the broker's start. Two of these give rates and quantiles of the time between them. */
export interface BrokerSample {
  /** RFC 3339, by the broker's clock */
  at: string
  messages_settled: number
  readings_stored: number
  readings_duplicate: number
  readings_rejected: number
  messages_spooled: number
  messages_drained: number
  /** acknowledgements that took no longer than each of `ack_bounds_s`; the last element counts all */
  ack_counts: number[]
}

/** A broker's report about itself. */
export interface BrokerStatus {
  version: string
  /** start of the broker, when its counters were 0 */
  started_at: string
  ready: boolean
  /** the reason why the broker is not ready, or a warning; may be empty */
  detail: string
  mqtt_port: number
  mqtts_port: number | null
  connections: number
  /** connections whose socket is not read now; a connection with two reasons counts twice */
  connections_held_back: number
  messages_pending: number
  waiting_bytes: number
  waiting_bytes_max: number
  /** the database accepts no writes */
  database_away: boolean
  /** the database answers, but writes take longer than COMMIT_TIMEOUT_MS; false while it is away */
  database_slow: boolean
  spool: {
    messages: number
    bytes: number
    bytes_max: number
    /** seconds since its oldest message was received; 0 if it is empty */
    oldest_s: number
  }
  /** seconds, ascending */
  ack_bounds_s: number[]
  now: BrokerSample
  /** one a minute, oldest first, without `now` */
  recent: BrokerSample[]
}
