import { AppError } from '../../core/errors.ts'

/** A broker that can't be reached just now, refuses, or does not answer as it should; the source tries again by itself. */
export class MqttError extends AppError {
  readonly code = 'ART_MQTT'
  override readonly retryable = true
}

/** What a broker's codes say: those of MQTT 3.1.1 are below 0x80, those of MQTT 5 above. By section 2.4 of the latter. */
const SAID: Readonly<Record<number, string>> = {
  0x01: 'it does not speak this version of MQTT; set the other one as version',
  0x02: 'it does not take the clientId',
  0x03: 'it takes no connections just now',
  0x04: 'it does not know this user and password',
  0x05: 'the user is not allowed to connect',
  0x80: 'it gives no reason',
  0x82: 'it found a mistake in the protocol',
  0x84: 'it does not speak this version of MQTT; set the other one as version',
  0x85: 'it does not take the clientId',
  0x86: 'it does not know this user and password',
  0x87: 'the user is not allowed to',
  0x88: 'it takes no connections just now',
  0x89: 'it is busy',
  0x8a: 'it has banned this client',
  0x8b: 'it is shutting down',
  0x8d: 'it heard nothing for too long',
  0x8e: 'somebody else came with the same clientId; give each city one of its own',
  0x8f: 'the topic is not one that it takes',
  0x97: 'a quota is exhausted',
  0x9e: 'it has no shared subscriptions',
  0xa2: 'it has no wildcards in topics',
}

export function codeText(code: number, reason?: string): string {
  const hex = `0x${code.toString(16).padStart(2, '0')}`
  const said = SAID[code] ?? 'a reason that is not known here'
  return reason === undefined || reason === '' ? `${said} (${hex})` : `${said} (${hex}: ${reason})`
}

/** What went wrong on the way to a broker. */
export function mqttError(doing: string, error: unknown): MqttError {
  if (error instanceof MqttError) return error
  const { code, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
  const text = message === '' ? (code ?? 'it failed') : message
  return new MqttError(`${doing}: ${text}`, { cause: error })
}
