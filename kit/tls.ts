import type { Server, TlsOptions } from 'node:tls'
import { checkCertificate, readCertificate, type Certificate, type CertificateFiles } from './certificate.ts'
import { messageOf } from './errors.ts'
import { watchHandshakes } from './handshakes.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Config } from './settings.ts'

/** The certificate of this process, for all its servers. It is renewed while they run. */
export interface Tls {
  /** the options of a new server */
  readonly options: TlsOptions
  /**
   * Gives the server each new certificate until it closes; open connections keep theirs. Bounds and counts its handshakes.
   * @returns a function that ends the handshakes under way
   */
  attach(server: Server, listener: string): () => void
  /** Reads the files now. A fault is logged and counted, and the certificate stays. Never rejects. */
  reload(): Promise<void>
  /** Stops reading the files; nothing is logged after it. */
  stop(): void
}

export type TlsSettings = Pick<
  Config,
  'TLS_CERT_FILE' | 'TLS_KEY_FILE' | 'TLS_CLIENT_CERT' | 'TLS_CLIENT_CA_FILE'
>

export interface TlsParts {
  log: Log
  metrics: Metrics
  /** the interval at which the files are read */
  pollMs?: number
  handshakeTimeoutMs?: number
}

/** Three small files are read whole: their contents show every replacement, also by rename and symbolic link. */
const POLL_MS = 5000

/** `undefined` if the settings name no certificate. Throws `bad_certificate`. */
export async function openTls(settings: TlsSettings, parts: TlsParts): Promise<Tls | undefined> {
  const files = filesOf(settings)
  if (files === undefined) return undefined
  const { log, metrics, pollMs = POLL_MS, handshakeTimeoutMs: timeoutMs } = parts
  const { TLS_CLIENT_CERT: clientCert } = settings
  const first = await readCertificate(files)
  let current = checkCertificate(first, files)
  /** contents of the last attempt, valid or not, so that nothing is logged twice */
  let tried = first.digest
  let last = Promise.resolve()
  let stopped = false
  const servers = new Set<Server>()

  const expiry = 'When the certificate in use expires, in seconds since 1970'
  metrics.gauge('tls_certificate_expiry_timestamp_seconds', expiry, () => current.expiresAtMs / 1000)
  const reloads = metrics.counter('tls_reloads_total', 'Changed certificates, by whether they were loaded', [
    'result',
  ])
  for (const result of ['ok', 'failed'] as const) reloads.inc({ result }, 0)
  const failed = metrics.counter('tls_handshakes_failed_total', 'TLS handshakes that failed', [
    'listener',
    'reason',
  ])
  tell(log, files, current)

  async function look(): Promise<void> {
    if (stopped) return
    let seen = ''
    try {
      const texts = await readCertificate(files!)
      seen = texts.digest
      if (stopped || seen === tried) return
      current = checkCertificate(texts, files!)
      for (const server of servers) server.setSecureContext(current.context)
      reloads.inc({ result: 'ok' })
      tell(log, files!, current)
    } catch (error) {
      seen ||= messageOf(error)
      // The files may have been removed since, because their owner has stopped.
      if (stopped || seen === tried) return
      reloads.inc({ result: 'failed' })
      log.error({ event: 'certificate_refused', err: error }, 'the previous certificate stays in use')
    } finally {
      tried = seen
    }
  }

  const reload = () => (last = last.then(look))
  const timer = setInterval(() => void reload(), pollMs)
  timer.unref()

  return {
    get options() {
      const asked = { requestCert: clientCert !== 'none', rejectUnauthorized: clientCert === 'required' }
      return { ...current.context, ...asked }
    },
    attach(server, listener) {
      servers.add(server)
      server.once('close', () => servers.delete(server))
      return watchHandshakes({ server, listener, failed, log, ...(timeoutMs && { timeoutMs }) })
    },
    reload,
    stop() {
      stopped = true
      clearInterval(timer)
    },
  }
}

function filesOf(settings: TlsSettings): CertificateFiles | undefined {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key, TLS_CLIENT_CERT: mode, TLS_CLIENT_CA_FILE: ca } = settings
  if (cert === undefined || key === undefined) return undefined
  return {
    cert: { setting: 'TLS_CERT_FILE', path: cert },
    key: { setting: 'TLS_KEY_FILE', path: key },
    clientCa: mode === 'none' || !ca ? undefined : { setting: 'TLS_CLIENT_CA_FILE', path: ca },
  }
}

function tell(log: Log, { cert }: CertificateFiles, { validFromMs, expiresAtMs }: Certificate): void {
  const nowMs = Date.now()
  const isValid = validFromMs <= nowMs && nowMs < expiresAtMs
  const fields = { file: cert.path, expiresAt: new Date(expiresAtMs).toISOString() }
  if (isValid) log.info({ event: 'certificate_loaded', ...fields }, 'certificate loaded')
  else
    log.warn(
      { event: 'certificate_not_valid', ...fields },
      'clients will refuse the certificate: see its dates',
    )
}
