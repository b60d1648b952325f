/**
 * The rooms of the project: their contents, and the rooms that they may import. `architecture.test.ts` enforces this,
 * and the table of ARCHITECTURE.md is generated from it. The root and test/ may import any room.
 */
export interface Room {
  content: string
  mayImport: readonly string[]
}

export const ROOMS: Record<string, Room> = {
  contract: {
    content: 'formats on the wire: topics, fields, times, claims, problem codes. Pure, no Node.js',
    mayImport: [],
  },
  rules: {
    content: 'journeys, sums, geofences and events from readings, as pure folds. No Node.js',
    mayImport: ['contract'],
  },
  kit: {
    content:
      'process plumbing: settings, log, metrics, errors, closers, secrets, tokens, TLS, child processes',
    mayImport: [],
  },
  sql: {
    content: 'migrations, connections, the embedded server, maintenance',
    mayImport: ['contract', 'kit'],
  },
  broker: {
    content: 'the parts below, and the files that join them',
    mayImport: ['contract', 'kit', 'sql'],
  },
  insight: {
    content:
      'a process: from changes of readings to journeys and sums; replay after late readings; `rebuild` audits them',
    mayImport: ['contract', 'kit', 'sql', 'rules'],
  },
  api: {
    content:
      'the HTTP API, a folder for each resource: `routes.ts` is HTTP only, `queries.ts` is SQL only; `http/` is plumbing',
    mayImport: ['contract', 'kit', 'sql', 'rules'],
  },
  client: { content: 'typed HTTP client, generated from the OpenAPI document', mayImport: [] },
  dashboard: { content: 'the web page, built by Vite', mayImport: ['contract', 'client'] },
  simulator: {
    content: 'the device CLI: provision, run, verify',
    mayImport: ['contract', 'kit', 'client'],
  },
}

/** The parts of the broker. Each may also import the files directly in `broker/`, such as `accept.ts`. */
export const BROKER_PARTS: Record<string, Room> = {
  'broker/gate': {
    content: 'connections: listeners, edge, login, permissions, sessions. The only part with aedes',
    mayImport: ['contract', 'kit', 'broker/registry'],
  },
  'broker/ingest': {
    content: 'from a message to committed rows: decode, validate, batch, COPY, isolate, dead letters, spool',
    mayImport: ['contract', 'kit', 'sql'],
  },
  'broker/live': {
    content: 'after the commit: the live feed, newest values, counts of duplicates',
    mayImport: ['contract', 'kit', 'sql'],
  },
  'broker/commands': {
    content: 'commands from the database to connected devices, and their answers',
    mayImport: ['contract', 'kit', 'sql'],
  },
  'broker/presence': {
    content: 'devices connected or reporting over HTTP, broker of each last login; heartbeats of brokers',
    mayImport: ['contract', 'kit', 'sql', 'broker/registry'],
  },
  'broker/registry': {
    content:
      'devices with keys, revoked tokens until they expire, visible vehicles of users, by LISTEN/NOTIFY; token uses',
    mayImport: ['contract', 'kit', 'sql'],
  },
}
