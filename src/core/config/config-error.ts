/** One thing wrong in the configuration. A `ConfigError` names them all at once. */
export interface Mistake {
  readonly path: string
  /** What is wrong, with the value and what is allowed. */
  readonly message: string
  /** Where it stands: `arterial.yaml:3`, `ARTERIAL_SERVER_PORT`, `--port`. */
  readonly where: string
}

/** One line of a message. */
export function describeMistake(mistake: Mistake): string {
  return `  ${mistake.path}: ${mistake.message} (${mistake.where})`
}
