import type { Metrics } from '../../kit/metrics.ts'
import type { HoldReason } from './wire/hold.ts'

export type GateMetrics = ReturnType<typeof createGateMetrics>

export function createGateMetrics(
  metrics: Metrics,
  read: { connections: () => number; away: () => number; held: () => Record<HoldReason, number> },
) {
  metrics.gauge('connections', 'MQTT connections, whether logged in or not', read.connections)
  metrics.gauge('sessions_away', 'Kept sessions of devices that are not connected', read.away)
  metrics.gauges('connections_held_back', 'Connections whose socket is not read', 'reason', read.held)
  return {
    loginsRefused: metrics.counter(
      'logins_refused_total',
      'CONNECTs refused, by reason: too_many_vehicles is an account for whose vehicles there is no room',
      ['reason'],
    ),
    loginsDelayed: metrics.counter(
      'logins_delayed_total',
      'Refused CONNECTs whose reply was delayed because of many failures from that address',
    ),
    takeovers: metrics.counter(
      'takeovers_total',
      'Connections that ended because another one logged in with their client id',
    ),
    clientIdFights: metrics.counter(
      'client_id_fights_total',
      'Conflicts between two clients with the same client id, counted once a minute for each id',
    ),
    devicesThrottled: metrics.counter(
      'devices_throttled_total',
      'Times a device was not read because it exceeded its rate',
    ),
    renewals: metrics.counter(
      'session_renewals_total',
      'Tokens published by devices to stay connected, by result: renewed or the reason of the refusal',
      ['result'],
    ),
    publishesDenied: metrics.counter(
      'publishes_denied_total',
      'Publishes that ended their connection and refused last wills, by reason',
      ['reason'],
    ),
    subscriptionsDenied: metrics.counter('subscriptions_denied_total', 'Subscriptions that were not granted'),
    messagesDropped: metrics.counter(
      'messages_dropped_total',
      'Messages not sent to a subscriber that reads too slowly',
    ),
    connectionsClosed: metrics.counter('connections_closed_total', 'Connections that the broker closed', [
      'reason',
    ]),
    ackSeconds: metrics.histogram(
      'ack_seconds',
      'From the receipt of a telemetry message to its acknowledgement',
      [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    ),
  }
}
