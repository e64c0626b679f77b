import { setTimeout as wait } from 'node:timers/promises'
import type { SMTPServerOptions } from 'smtp-server'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../../../src/app/alerts/delivery/alert.ts'
import { newDelivery } from '../../../../src/app/alerts/delivery/delivery.ts'
import { mail } from '../../../../src/app/alerts/delivery/mail.ts'
import type { MailSettings } from '../../../../src/app/alerts/delivery/mail.ts'
import { loadConfig, Secret } from '../../../../src/core/config/index.ts'
import { mailServer, type GotMail } from './mail-server.ts'
import { incidentAlert, problemAlert } from './room.ts'

const city = { ...loadConfig({ env: {}, cwd: '/' }).city, name: 'Calgary', timeZone: 'America/Edmonton' }
const clear: MailSettings = {
  mailHost: '127.0.0.1',
  mailPort: 25,
  mailTls: 'off',
  mailUser: null,
  mailPassword: null,
  mailFrom: 'alerts@city.example',
}
const send = (
  settings: Partial<MailSettings>,
  alert: Alert,
  recipient = 'duty@city.example',
  signal = new AbortController().signal,
) => mail({ ...clear, ...settings }, { city })(newDelivery(alert, 'duty', recipient, 0), signal)
const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode })

describe('a mail of an alert', () => {
  it('says what, where and when, in the time of the city, under the id of its delivery', async () => {
    const { port, got } = await mailServer()
    expect(await send({ mailPort: port }, incidentAlert)).toMatchObject({ result: 'delivered', status: 250 })
    const [{ from, to, text }] = got as [GotMail]
    const { id } = newDelivery(incidentAlert, 'duty', 'duty@city.example', 9)
    expect({ from, to }).toEqual({ from: 'alerts@city.example', to: ['duty@city.example'] })
    expect(text).toContain('Subject: Calgary: severe: pedestrian, Macleod Trail and 25 Avenue SE')
    expect(text).toContain(`Message-ID: <${id}@city.example>`)
    expect(text).toContain(`X-Arterial-Delivery: ${id}`)
    expect(text).toContain('Auto-Submitted: auto-generated')
    expect(text).toContain('Incident involving a pedestrian.')
    expect(text).toContain('Started: 2026-03-01, 05:00:00 (America/Edmonton)')
    expect(text).toContain('Place: MISSION, SE, 51.03, -114.06')
  })

  it('tells of problems', async () => {
    const { port, got } = await mailServer()
    await send({ mailPort: port }, problemAlert)
    expect(got[0]?.text).toContain('Subject: Calgary: The job calgary is late')
  })

  it('lets no text of a report write a header', async () => {
    const { port, got } = await mailServer()
    const title = 'Crash\r\nBcc: all@city.example\r\n\r\nHello'
    await send({ mailPort: port }, { ...incidentAlert, incident: { ...incidentAlert.incident, title } })
    expect(got[0]?.to).toEqual(['duty@city.example'])
    const [head = ''] = (got[0]?.text ?? '').split('\r\n\r\n')
    expect(head).not.toMatch(/^Bcc/m)
  })

  it('goes with user and password where the server wants them', async () => {
    const options: SMTPServerOptions = {
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username ?? '' }) : done(refusal(535, 'wrong password')),
    }
    const { port, got } = await mailServer(options)
    const as = (password: string) => ({ mailPort: port, mailUser: 'me', mailPassword: new Secret(password) })
    expect(await send(as('wrong'), incidentAlert)).toMatchObject({ result: 'failed', status: 535 })
    expect(await send(as('right'), incidentAlert)).toMatchObject({ result: 'delivered' })
    expect(got.map(({ user }) => user)).toEqual(['me'])
  })

  it('is tried again where the server wants that, and given up where it refuses the address for good', async () => {
    const answers = [refusal(451, 'greylisted, come back'), refusal(550, 'no such user')]
    const { port } = await mailServer({
      onRcptTo: (_address, _session, done) => done(answers.shift() ?? null),
    })
    const later = await send({ mailPort: port }, incidentAlert)
    expect(later).toMatchObject({ result: 'failed', status: 451 })
    expect(later.says).toContain('greylisted')
    const never = await send({ mailPort: port }, incidentAlert)
    expect(never).toMatchObject({ result: 'failed for good', status: 550 })
    expect(await send({ mailPort: port }, incidentAlert)).toMatchObject({ result: 'delivered' })
  })

  it('is not sent in clear where it is to be encrypted, nor to whom nobody vouches for', async () => {
    const bare = await mailServer({ disabledCommands: ['STARTTLS'] })
    const bareOutcome = await send({ mailPort: bare.port, mailTls: 'starttls' }, incidentAlert)
    expect(bareOutcome.result).toBe('failed')
    for (const mailTls of ['starttls', 'tls'] as const) {
      const { port, got } = await mailServer({ secure: mailTls === 'tls' })
      const outcome = await send({ mailPort: port, mailTls }, incidentAlert)
      expect(outcome.result).toBe('failed')
      expect(outcome.says).toContain('self-signed')
      expect(got).toEqual([])
    }
    expect(bare.got).toEqual([])
  })

  it('is given up at once when the program stops, whatever the server thinks about', async () => {
    const stop = new AbortController()
    const { port } = await mailServer({
      onRcptTo: (_address, _session, done) => {
        stop.abort()
        setTimeout(() => done(), 30_000).unref()
      },
    })
    const sent = send({ mailPort: port }, incidentAlert, 'duty@city.example', stop.signal)
    const first = await Promise.race([
      sent.catch((error: unknown) => (error instanceof Error ? error.name : error)),
      wait(20_000, 'waits', { ref: false }),
    ])
    expect(first).toBe('AbortError')
  })

  it('waits for a server that is away', async () => {
    expect(await send({ mailPort: 1 }, incidentAlert)).toMatchObject({ result: 'failed', status: null })
  })
})
