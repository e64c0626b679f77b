import { Secret } from './values/secret.ts'

/** What the command line takes from the environment beside the settings. */
export interface ClientEnvironment {
  /** ARTERIAL_URL: the server to talk to. */
  readonly url: string | null
  /** ARTERIAL_TOKEN: the access token for it. */
  readonly token: Secret | null
}

export function clientEnvironment(env: NodeJS.ProcessEnv = process.env): ClientEnvironment {
  const token = env['ARTERIAL_TOKEN']
  return { url: env['ARTERIAL_URL'] ?? null, token: token ? new Secret(token) : null }
}

/** The environment of this process, for the program's entry and for what it hands on to a child. */
export function environment(): NodeJS.ProcessEnv {
  return process.env
}
