/** Path of the report on a broker's status port. */
export const BROKER_STATUS_PATH = '/status.json'

/**
 * Number of minutes that `recent` has at most.
 * @limit samples of a broker's counters, one a minute | the oldest is dropped
 */
export const RECENT_SAMPLES_MAX = 60

/** Counts since the broker's start, so that two of these give rates and quantiles of the time in between. */
export interface BrokerSample {
  /** RFC 3339, by the broker's clock */
  at: string
  messages_settled: number
  readings_stored: number
  readings_duplicate: number
  readings_rejected: number
  messages_spooled: number
  messages_drained: number
  /** acknowledgements that took no longer than each of `ack_bounds_s`, and then all of them */
  ack_counts: number[]
}

/** A broker's report about itself. */
export interface BrokerStatus {
  version: string
  /** counters began at 0 then */
  started_at: string
  ready: boolean
  /** why it is not ready, or what is unusual although it is; '' when nothing is */
  detail: string
  mqtt_port: number
  mqtts_port: number | null
  connections: number
  /** connections whose socket is not read now; one with two reasons counts twice */
  connections_held_back: number
  messages_pending: number
  waiting_bytes: number
  waiting_bytes_max: number
  /** the database takes no writes */
  database_away: boolean
  /** the database answers, but writes take longer than COMMIT_TIMEOUT_MS; false while it is away */
  database_slow: boolean
  spool: {
    messages: number
    bytes: number
    bytes_max: number
    /** since its oldest message was received; 0 when it is empty */
    oldest_s: number
  }
  /** seconds, in order */
  ack_bounds_s: number[]
  now: BrokerSample
  /** one a minute, the oldest first, without `now` */
  recent: BrokerSample[]
}
