import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Identity {
  readonly certPath: string
  readonly keyPath: string
  readonly cert: string
  readonly key: string
}

const DATE = /[-:]|\.\d+/g
const DAY_MS = 86_400_000
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** An authority of its own in a folder, which makes certificates for servers and clients by `openssl`. */
export class TestAuthority {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
    const paths = ['-keyout', this.#path('ca.key'), '-out', this.caPath]
    run(['req', '-x509', ...KEY, '-days', '2', '-subj', '/CN=Test authority', ...paths])
    writeFileSync(this.#path('index'), '')
    writeFileSync(this.#path('serial'), '01\n')
    writeFileSync(
      this.#path('ca.cnf'),
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${this.#path('index')}\nserial=${this.#path('serial')}\nnew_certs_dir=${folder}\ndefault_md=sha256\npolicy=any\ncopy_extensions=copy\nunique_subject=no\n[any]\ncommonName=supplied\n`,
    )
  }

  get caPath(): string {
    return this.#path('ca.pem')
  }

  get ca(): string {
    return readFileSync(this.caPath, 'utf8')
  }

  /**
   * @param names of the host, e.g. `DNS:localhost`; null: a client's
   * @param endsInDays from now; negative: it has expired
   */
  make(commonName: string, names: string | null, endsInDays = 2): Identity {
    const file = `${commonName}-${endsInDays}`
    const [keyPath, certPath, request] = ['key', 'pem', 'csr'].map(end => this.#path(`${file}.${end}`)) as [
      string,
      string,
      string,
    ]
    const extension = names === null ? 'extendedKeyUsage=clientAuth' : `subjectAltName=${names}`
    run([
      ...['req', '-new', ...KEY, '-subj', `/CN=${commonName}`, '-addext', extension],
      ...['-keyout', keyPath, '-out', request],
    ])
    const at = (days: number) =>
      new Date(Date.now() + days * DAY_MS).toISOString().replaceAll(DATE, '').replace('T', '')
    run([
      ...['ca', '-batch', '-notext', '-config', this.#path('ca.cnf'), '-cert', this.caPath],
      ...['-keyfile', this.#path('ca.key'), '-in', request, '-out', certPath],
      ...['-startdate', at(-10), '-enddate', at(endsInDays)],
    ])
    return { certPath, keyPath, cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') }
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

function run(args: readonly string[]): void {
  execFileSync('openssl', [...args], { stdio: ['ignore', 'ignore', 'pipe'] })
}
