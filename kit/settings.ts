/**
 * Every setting, once: its name in the environment, its type and bounds (JSON Schema), its default and what it is for.
 * A setting without a default is undefined when it is not given. `secret` settings are also read from `NAME_FILE`.
 * `.env.example`, `docker-compose.yml` and the documents are generated from it.
 */
export const SETTINGS = {
  DATABASE_URL: {
    type: 'string',
    pattern: '^postgres(ql)?://',
    secret: true,
    description: 'PostgreSQL or TimescaleDB to use. Unset: an embedded PostgreSQL under DATA_DIR.',
  },
  DATA_DIR: {
    type: 'string',
    minLength: 1,
    default: './data',
    description: 'Directory for the spool, the embedded database and the secrets created at the first start.',
  },
  HOST: {
    type: 'string',
    minLength: 1,
    default: '127.0.0.1',
    description:
      'The address that all listeners bind; with TLS only the encrypted ones. 0.0.0.0 for every interface.',
  },
  PLAIN_HOST: {
    type: 'string',
    minLength: 1,
    default: '127.0.0.1',
    usedBy: 'broker',
    description:
      'With TLS: the address that MQTT_PORT, MQTT_WS_PORT and BROKER_STATUS_PORT bind, in plain text.',
  },
  PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 3000,
    description: 'HTTP port of the API, HTTPS with TLS. 0 picks a free one.',
  },
  MQTT_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 1883,
    description: 'MQTT over TCP. 0 picks a free one.',
  },
  MQTT_WS_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 8083,
    description: 'MQTT over WebSocket, path /mqtt. 0 picks a free one.',
  },
  MQTTS_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 8883,
    description: 'With TLS: MQTT over TLS. 0 picks a free one.',
  },
  MQTT_WSS_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 8084,
    description: 'With TLS: MQTT over WebSocket over TLS, path /mqtt. 0 picks a free one.',
  },
  BROKER_STATUS_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 9464,
    description:
      "The broker's own /healthz, /readyz, /metrics and /status.json, and requests that the API forwards. 0 picks a free one.",
  },
  BROKER_STATUS_HOST: {
    type: 'string',
    minLength: 1,
    usedBy: 'broker',
    description: 'The address that BROKER_STATUS_PORT binds, in plain text. Unset: as MQTT_PORT.',
  },
  BROKER_URL: {
    type: 'string',
    pattern: '^https?://[^\\s/?#]+/?$',
    default: 'http://127.0.0.1:9464',
    usedBy: 'api',
    description:
      'Where the API finds BROKER_STATUS_PORT, for POST /api/telemetry, dead letters and the overview. `npm start` sets it.',
  },
  TLS_CERT_FILE: {
    type: 'string',
    minLength: 1,
    description: 'PEM file of the certificate and its chain. Together with TLS_KEY_FILE it enables TLS.',
  },
  TLS_KEY_FILE: {
    type: 'string',
    minLength: 1,
    description: "PEM file of the certificate's private key, without a passphrase.",
  },
  TLS_CLIENT_CERT: {
    type: 'string',
    enum: ['none', 'optional', 'required'],
    default: 'none',
    usedBy: 'broker',
    description: 'Whether MQTT clients must have a certificate. Its common name must be the client id.',
  },
  TLS_CLIENT_CA_FILE: {
    type: 'string',
    minLength: 1,
    usedBy: 'broker',
    description: 'PEM file of the authorities whose client certificates are accepted.',
  },
  JWT_SECRET: {
    type: 'string',
    minLength: 32,
    secret: true,
    description: 'Signs and verifies tokens (HS256), at least 32 characters. The same for API and broker.',
  },
  JWT_SECRET_PREVIOUS: {
    type: 'string',
    minLength: 32,
    secret: true,
    description:
      'The JWT_SECRET before the last change: tokens signed with it are still accepted, but none are issued.',
  },
  ADMIN_EMAIL: {
    type: 'string',
    pattern: '^[^@\\s]+@[^@\\s]+$',
    default: 'admin@localhost',
    usedBy: 'api',
    description: 'Login of the administrator that the first start creates.',
  },
  ADMIN_PASSWORD: {
    type: 'string',
    minLength: 12,
    secret: true,
    usedBy: 'api',
    description:
      'Password of that administrator, at least 12 characters and not a common one. Used only at creation.',
  },
  LOG_LEVEL: {
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    description: 'The least severe level that is logged.',
  },
  RETENTION_DAYS: {
    type: 'integer',
    minimum: 0,
    maximum: 36500,
    default: 0,
    usedBy: 'broker',
    description:
      'Readings and dead letters older than this many days are dropped, and readings that are as old on arrival become dead letters. 0 keeps them forever. Set the same for all brokers of a database.',
  },
  REJECTED_RETENTION_DAYS: {
    type: 'integer',
    minimum: 0,
    maximum: 36_500,
    default: 30,
    usedBy: 'broker',
    description:
      'Dead letters older than this many days are dropped, 6 to 30 hours late. 0: with the readings, as RETENTION_DAYS.',
  },
  READING_AGE_MAX_DAYS: {
    type: 'integer',
    minimum: 0,
    maximum: 36500,
    default: 0,
    usedBy: 'broker',
    description:
      'Readings that arrive older than this many days become dead letters, also where nothing is dropped. 0: as RETENTION_DAYS.',
  },
  CLOCK_SKEW_MAX_S: {
    type: 'integer',
    minimum: 0,
    maximum: 86400,
    default: 300,
    usedBy: 'broker',
    description: "How many seconds a reading's time may be ahead of our clock.",
  },
  STALE_AFTER_S: {
    type: 'integer',
    minimum: 1,
    maximum: 31_536_000,
    default: 600,
    description:
      'A value older than this many seconds is stale: it is shown with its age, never as current. A device that reports over HTTP stays online for this long after a report. Use the same value for all brokers and the API of a database.',
  },
  CONNECTIONS_MAX: {
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    default: 20_000,
    usedBy: 'broker',
    description:
      'Connections to the MQTT ports at once. Beyond it, the oldest that has not logged in is closed, otherwise the newest.',
  },
  CONNECTIONS_PER_ADDRESS_MAX: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    usedBy: 'broker',
    description:
      'The same from one IPv4 address or IPv6 /64, where the newest is closed. 0: no limit, as a proxy or a carrier is one address for many devices.',
  },
  DEVICE_READINGS_PER_S: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 0,
    usedBy: 'broker',
    description:
      'Readings a second of one device, with a burst of 10 s. Beyond it, the device is not read. 0: no limit.',
  },
  DEVICE_BYTES_PER_S: {
    type: 'integer',
    minimum: 0,
    maximum: 1_073_741_824,
    default: 0,
    usedBy: 'broker',
    description:
      'Bytes a second of one device, with a burst of 10 s. Beyond it, the device is not read. 0: no limit.',
  },
  DEVICE_REJECTED_PER_S: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    default: 1,
    usedBy: 'broker',
    description:
      'Dead letters a second that are kept of one device, with a burst of 1000 s. Beyond it they are counted. 0: no limit.',
  },
  DEVICE_REJECTED_BYTES_PER_S: {
    type: 'integer',
    minimum: 0,
    maximum: 1_073_741_824,
    default: 2048,
    usedBy: 'broker',
    description:
      'Bytes a second of dead letters that are kept of one device, with a burst of 1000 s. Beyond it they are counted. 0: no limit.',
  },
  COPY_CONNECTIONS: {
    type: 'integer',
    minimum: 1,
    maximum: 16,
    default: 2,
    usedBy: 'broker',
    description: 'Database connections that write readings, each for its share of the vehicles.',
  },
  BATCH_ROWS_MAX: {
    type: 'integer',
    minimum: 1000,
    maximum: 100_000,
    default: 5000,
    usedBy: 'broker',
    description: 'Readings in one COPY. Each of COPY_CONNECTIONS fills one batch while it writes another.',
  },
  WAITING_BYTES_MAX: {
    type: 'integer',
    minimum: 1_048_576,
    maximum: 8_589_934_592,
    default: 134_217_728,
    usedBy: 'broker',
    description: 'Bytes of messages that wait for room in a batch. Beyond it, devices are not read.',
  },
  COMMIT_TIMEOUT_MS: {
    type: 'integer',
    minimum: 50,
    maximum: 60_000,
    default: 500,
    usedBy: 'broker',
    description:
      'How long a batch may take to be committed. After that its messages are acknowledged from the spool.',
  },
  INSIGHT: {
    type: 'string',
    enum: ['on', 'off'],
    default: 'on',
    description:
      'Whether readings are analysed: brokers note which vehicles have new ones, and the process insight computes journeys.',
  },
  INSIGHT_INTERVAL_MS: {
    type: 'integer',
    minimum: 100,
    maximum: 60_000,
    default: 2000,
    usedBy: 'insight',
    description: 'How often insight looks for new readings. Less costs more processor time.',
  },
  INSIGHT_STATUS_PORT: {
    type: 'integer',
    minimum: 0,
    maximum: 65535,
    default: 9465,
    usedBy: 'insight',
    description: "Port of insight's own /healthz, /readyz and /metrics. 0 picks a free one.",
  },
  INSIGHT_STATUS_HOST: {
    type: 'string',
    minLength: 1,
    usedBy: 'insight',
    description: 'The address that INSIGHT_STATUS_PORT binds, in plain text. Unset: as MQTT_PORT.',
  },
  SPOOL_MAX_BYTES: {
    type: 'integer',
    minimum: 1_048_576,
    maximum: 1_099_511_627_776,
    default: 1_073_741_824,
    usedBy: 'broker',
    description:
      'Size of the spool in DATA_DIR, which keeps messages while the database is unreachable. Beyond it, nothing is acknowledged.',
  },
  LIVE_INTERVAL_MS: {
    type: 'integer',
    minimum: 100,
    maximum: 10_000,
    default: 1000,
    usedBy: 'broker',
    description: 'How often subscribers to the live feed are sent the vehicles that have changed.',
  },
  HISTORY_CONNECTIONS: {
    type: 'integer',
    minimum: 1,
    maximum: 20,
    default: 2,
    usedBy: 'api',
    description:
      'History queries that the API runs at once; others wait. Each may keep a processor of the database busy, which acknowledgements also need.',
  },
  TRUST_PROXY: {
    type: 'integer',
    minimum: 0,
    maximum: 10,
    default: 0,
    usedBy: 'api',
    description: 'How many proxies in front of the API to trust for the address of the client. 0: none.',
  },
  CORS_ORIGINS: {
    type: 'string',
    pattern: '^(\\*|https?://[^\\s/,*]+(,https?://[^\\s/,*]+)*)$',
    usedBy: 'api',
    description:
      'Origins whose pages may call the API, as https://a.example,https://b.example. *: any, without cookies. Unset: none.',
  },
  MQTT_PUBLIC_URL: {
    type: 'string',
    pattern: '^wss?://[^\\s/?#;,\'"]+(/[^\\s]*)?$',
    usedBy: 'api',
    description:
      "Where browsers find the broker's WebSocket, as wss://mqtt.example/mqtt. Unset: at the API's host and MQTT_WS_PORT or MQTT_WSS_PORT.",
  },
  DASHBOARD_TILES_URL: {
    type: 'string',
    pattern: '^(https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?)?/(?!/)[^\\s]*$',
    usedBy: 'api',
    description:
      'Raster tiles for the map, as https://tiles.example/{z}/{x}/{y}.png, of a server that allows cross-origin reads (CORS). Unset: the built-in map.',
  },
  DASHBOARD_TILES_ATTRIBUTION: {
    type: 'string',
    pattern: '^.{1,200}$',
    usedBy: 'api',
    description:
      'Attribution of DASHBOARD_TILES_URL, shown on the map, as © OpenStreetMap contributors. A style has its own attribution.',
  },
  DASHBOARD_STYLE_URL: {
    type: 'string',
    pattern: '^(https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?)?/(?!/)[^\\s]*$',
    usedBy: 'api',
    description: 'A MapLibre style for the map.',
  },
  DASHBOARD_MAP_ORIGINS: {
    type: 'string',
    pattern: '^https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(,https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?)*$',
    usedBy: 'api',
    description:
      'Origins of the tiles, letters and sprites that DASHBOARD_STYLE_URL names, where they are not its own, as https://a.example,https://b.example.',
  },
  DEVICE_TOKEN_DAYS: {
    type: 'integer',
    minimum: 1,
    maximum: 3650,
    default: 365,
    usedBy: 'api',
    description: 'Lifetime of a device token if its request has none.',
  },
  VEHICLES_PER_USER_MAX: {
    type: 'integer',
    minimum: 0,
    maximum: 10_000_000,
    default: 10_000,
    usedBy: 'api',
    description: 'Vehicles that one user may own. Administrators may own any number.',
  },
  DEVICES_PER_USER_MAX: {
    type: 'integer',
    minimum: 0,
    maximum: 10_000_000,
    default: 10_000,
    usedBy: 'api',
    description: 'Devices that one user may own. Administrators may own any number.',
  },
  ALLOW_REGISTRATION: {
    type: 'string',
    enum: ['true', 'false'],
    default: 'false',
    usedBy: 'api',
    description:
      'Whether anyone may create an account, with the role "user"; such users see the vehicles that they create.',
  },
} as const satisfies Record<string, Setting>

interface Setting {
  type: 'string' | 'integer'
  default?: string | number
  enum?: readonly string[]
  pattern?: string
  minLength?: number
  minimum?: number
  maximum?: number
  secret?: true
  /** the only process that reads it; absent if several do */
  usedBy?: 'broker' | 'api' | 'insight'
  description: string
}

export type SettingName = keyof typeof SETTINGS
type ValueOf<S extends Setting> = S['type'] extends 'integer' ? number : string

/** All settings by their names in the environment. */
export type Config = {
  [N in SettingName]: (typeof SETTINGS)[N] extends { default: string | number }
    ? ValueOf<(typeof SETTINGS)[N]>
    : ValueOf<(typeof SETTINGS)[N]> | undefined
}
