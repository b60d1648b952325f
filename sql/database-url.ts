import { readFileSync } from 'node:fs'
import { FleetwireError } from '../kit/errors.ts'
import type { Ssl } from './secure.ts'

export type Target = { host: string; port: number } | { path: string }

export interface DatabaseUrl {
  /** At least one target, in the order in which they are tried. */
  targets: Target[]
  user: string
  password: string
  database: string
  ssl: Ssl | undefined
  /** All other parameters of the query string, such as `target_session_attrs` or `search_path`. */
  parameters: Record<string, string>
}

/**
 * Reads a connection URI as libpq does, with several hosts, unix sockets (`?host=/run/postgresql` or a host written
 * `%2Frun%2Fpostgresql`), IPv6 and percent-encoding. postgres.js reads fewer forms, and takes unknown options, such as
 * `sslrootcert`, for settings of the server.
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 * @throws FleetwireError `bad_database_url`; its message never holds the URL, which may hold a password
 */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  const parts = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^/?@]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(url)
  if (!parts)
    throw new FleetwireError(
      'bad_database_url',
      'it must look like postgresql://user:password@host:5432/name',
    )
  const [, login = '', hosts = '', name = '', query = ''] = parts
  const { host, port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, ...parameters } =
    Object.fromEntries(new URLSearchParams(query)) as Record<string, string | undefined>
  // These are options of the client, not of the server. postgres.js supports SCRAM without channel binding.
  for (const ofLibpq of [
    'channel_binding',
    'gssencmode',
    'connect_timeout',
    'sslsni',
    'sslnegotiation',
  ] as const) {
    delete parameters[ofLibpq]
  }
  const [loginUser = '', ...loginPassword] = login.split(':')
  const finalUser = user ?? (decode(loginUser, 'user') || 'postgres')
  const targets = (host ?? (hosts || 'localhost')).split(',').map((it) => parseTarget(it, port))
  return {
    targets,
    user: finalUser,
    password: password ?? decode(loginPassword.join(':'), 'password'),
    database: dbname ?? (decode(name, 'database name') || finalUser),
    ssl: readSsl(sslmode, { ca: sslrootcert, cert: sslcert, key: sslkey }),
    parameters: parameters as Record<string, string>,
  }
}

function parseTarget(text: string, defaultPort = '5432'): Target {
  const [, bracketed, plain = '', port = defaultPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? []
  const host = decode(bracketed ?? plain, 'host')
  const portNumber = Number(port)
  if (host === '' || !(portNumber >= 1 && portNumber <= 65535)) {
    throw new FleetwireError('bad_database_url', `"${text}" is not a host or host:port`)
  }
  return host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port: portNumber }
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new FleetwireError('bad_database_url', `the ${what} has a % that is not %25`, { cause })
  }
}

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION */
function readSsl(mode = 'disable', files: Record<string, string | undefined>): Ssl | undefined {
  if (mode === 'disable') return undefined
  const given = Object.entries(files).filter(([, path]) => path !== undefined && path !== 'system')
  const pems = Object.fromEntries(given.map(([name, path]) => [name, readPem(path ?? '')]))
  const verified = files['ca'] !== undefined || mode.startsWith('verify')
  // Only verify-full checks the name in the certificate: many private authorities name no host.
  const anyName =
    mode === 'verify-full' || files['ca'] === 'system' ? {} : { checkServerIdentity: () => undefined }
  return {
    optional: mode === 'prefer' || mode === 'allow',
    options: { ...pems, ...anyName, rejectUnauthorized: verified },
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new FleetwireError('bad_database_url', `cannot read the certificate or key ${path}`, { cause })
  }
}
