import { createTransport } from 'nodemailer'
import { messageOf } from '../../kit/errors.ts'
import type { Outcome } from '../outcome.ts'

export interface MailSender {
  send(mail: { id: string; to: readonly string[]; subject: string; text: string }): Promise<Outcome>
}

interface MailOptions {
  /** `smtp://user:password@host:587`; `undefined` if there is no mail server */
  url: string | undefined
  from: string
}

/** @limit sending an e-mail | the attempt has failed */
const TIMEOUT_MS = 30_000
/** Each step of the conversation with the mail server. */
const STEP_MS = 10_000

/**
 * Sends e-mails over SMTP, each on a connection of its own. The Message-ID is made of the delivery's id, so that an e-mail that
 * is sent twice can be recognised.
 */
export function createMailSender({ url, from }: MailOptions): MailSender {
  const domain = /@([^@>\s]+)>?$/.exec(from)?.[1] ?? 'fleetwire.invalid'
  return {
    async send({ id, to, subject, text }) {
      if (url === undefined) return { ok: false, result: 'no mail server is configured: SMTP_URL' }
      const transport = createTransport({
        url,
        connectionTimeout: STEP_MS,
        greetingTimeout: STEP_MS,
        dnsTimeout: STEP_MS,
        socketTimeout: STEP_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      })
      const mail = {
        from,
        to: [...to],
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        // RFC 3834: no automatic replies
        headers: { 'Auto-Submitted': 'auto-generated' },
      }
      const late = overdue()
      try {
        const info = await Promise.race([transport.sendMail(mail), late.promise])
        const refused = (info.rejected ?? []).map((it: unknown) => (typeof it === 'string' ? it : ''))
        const result = refused.length === 0 ? 'ok' : `ok, but refused for ${refused.join(', ')}`
        return { ok: true, result, statusCode: codeOfReply(info.response) }
      } catch (error) {
        const statusCode = (error as { responseCode?: number }).responseCode
        // RFC 5321, section 4.2.1: the same attempt would be refused again. 5xx while logging in may be a mistake of the operator.
        const isFinal = statusCode !== undefined && statusCode >= 550 && statusCode < 560
        return { ok: false, result: describe(error), statusCode, isFinal }
      } finally {
        late.cancel()
        transport.close()
      }
    },
  }
}

function overdue() {
  let timer: NodeJS.Timeout | undefined
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the mail server took more than ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    )
  })
  return { promise, cancel: () => clearTimeout(timer) }
}

/** The first line, without what a server may add of ours. */
function describe(error: unknown): string {
  return (messageOf(error).split('\n')[0] ?? '').slice(0, 300)
}

function codeOfReply(response: unknown): number | undefined {
  const code = typeof response === 'string' ? Number(response.slice(0, 3)) : Number.NaN
  return Number.isInteger(code) ? code : undefined
}
