/** Limits that no setting changes; tests shorten them. */
export interface GateLimits {
  /** The time from the first byte of a connection to its upgrade to a WebSocket, and to its CONNECT. */
  connectTimeoutMs: number
  /**
   * A client with a keepalive of 0 may be silent for so long; the standard leaves this limit to the server (MQTT 3.1.1, section
   * 3.1.2.10). TCP usually notices a vanished client after a minute, but not behind a proxy.
   */
  silenceMaxMs: number
  /** A connection is closed if its other side reads none of its waiting data for so long. A tunnel can take nearly as long. */
  unreadMaxMs: number
  /** A session of a device that is away is forgotten after so long; its next CONNACK has session present 0. */
  sessionAwayMaxMs: number
  /** Bytes that one subscriber is given within one turn of the event loop. */
  outputTurnBytesMax: number
  /** Connections of one user: its open pages. A device has one connection. */
  connectionsPerUserMax: number
}

export const GATE_LIMITS: GateLimits = {
  /** @limit the time to become a WebSocket, and to the CONNECT | the connection is closed */
  connectTimeoutMs: 10_000,
  /** @limit silence with a keepalive of 0; otherwise 1.5 x keepalive | the connection is closed */
  silenceMaxMs: 3_600_000,
  /** @limit the time in which a client reads nothing of waiting data | the connection is closed */
  unreadMaxMs: 30_000,
  /**
   * @limit the age of a session of a device that is away; 2 x `CONNECTIONS_MAX` sessions are kept | the oldest is
   * forgotten, and session present is 0
   */
  sessionAwayMaxMs: 7 * 86_400_000,
  /** @limit data to one subscriber in a turn of the event loop | further messages are dropped for it */
  outputTurnBytesMax: 4 * 1024 * 1024,
  /** @limit MQTT connections of a user or a service token | further logins are refused */
  connectionsPerUserMax: 100,
}
