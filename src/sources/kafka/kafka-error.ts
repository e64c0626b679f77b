import { AppError } from '../../core/errors.ts'
import { withRemedy } from '../../core/network/broker-remedy.ts'

/** A cluster that can't be asked just now, or does not answer as it should; the source tries again by itself. */
export class KafkaError extends AppError {
  readonly code = 'ART_KAFKA'
  override readonly retryable = true
}

/** The innermost of an error's causes that says something: the client wraps the telling one several times. */
export function kafkaError(doing: string, error: unknown): KafkaError {
  return error instanceof KafkaError
    ? error
    : new KafkaError(`${doing}: ${withRemedy(telling(error))}`, { cause: error })
}

function telling(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner: unknown = error instanceof AggregateError ? (error.errors as unknown[]).at(-1) : error.cause
  if (inner instanceof Error) return telling(inner)
  const { code } = error as NodeJS.ErrnoException
  return error.message === '' ? (code ?? error.name) : error.message
}
