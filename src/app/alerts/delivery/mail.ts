import { createTransport } from 'nodemailer'
import type { Config } from '../../../core/config/index.ts'
import { printableLine } from '../../../core/text/printable.ts'
import type { Outcome } from './delivery.ts'
import type { Send } from './dispatcher.ts'
import { mailOf } from './message.ts'

export type MailSettings = Pick<
  Config['alerts'],
  'mailHost' | 'mailPort' | 'mailTls' | 'mailUser' | 'mailPassword' | 'mailFrom'
>

export interface MailDeps {
  readonly city: Config['city']
}

const PORTS = { starttls: 587, tls: 465, off: 25 } as const
const CONNECT_MS = 15_000
/** A server may think about a message for a while (greylisting, scanners). */
const SILENT_MS = 60_000
const SHOWN_CHARS = 200

/** What nodemailer says of a mail that was not taken. */
interface MailError extends Error {
  readonly code?: string
  readonly responseCode?: number
  readonly response?: string
}

/**
 * Mails alerts, one mail for each address. A mail's Message-ID is the delivery's, so that one that comes twice can be told.
 * An address or a message that the server refuses for good (5xx) is given up; whatever else fails is tried again.
 */
export function mail(settings: MailSettings, { city }: MailDeps): Send {
  return async ({ id, alert, recipient }, signal) => {
    const { subject, text } = mailOf(alert, city.name, city.timeZone)
    const transport = transportOf(settings)
    const message = {
      from: settings.mailFrom,
      to: recipient ?? '',
      subject,
      text,
      messageId: `<${id}@${settings.mailFrom.split('@').at(-1) ?? 'arterial'}>`,
      headers: { 'X-Arterial-Delivery': id, 'Auto-Submitted': 'auto-generated' },
      // Closing the transport alone would wait for a server that says nothing.
      signal,
    }
    try {
      const { response } = await transport.sendMail(message)
      return { result: 'delivered', status: 250, says: shown(response), retryAfterS: null }
    } catch (error) {
      if (signal.aborted || !(error instanceof Error)) throw error
      return outcomeOf(error)
    } finally {
      transport.close()
    }
  }
}

function transportOf(settings: MailSettings) {
  const { mailHost, mailPort, mailTls, mailUser, mailPassword } = settings
  return createTransport({
    host: mailHost ?? '127.0.0.1',
    port: mailPort ?? PORTS[mailTls],
    secure: mailTls === 'tls',
    requireTLS: mailTls === 'starttls',
    ignoreTLS: mailTls === 'off',
    ...(mailUser === null ? {} : { auth: { user: mailUser, pass: mailPassword?.reveal() ?? '' } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    // A message never names files or addresses to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function outcomeOf({ code = 'error', responseCode, response, message }: MailError): Outcome {
  const status = responseCode ?? null
  const isOfMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  const isFinal = isOfMail && status !== null && status >= 500
  const said = response === undefined ? `${message} (${code})` : response
  return {
    result: isFinal ? 'failed for good' : 'failed',
    status,
    says: shown(said),
    retryAfterS: null,
  }
}

function shown(text: string): string {
  return printableLine(text.trim().replace(/\s+/g, ' ')).slice(0, SHOWN_CHARS)
}
