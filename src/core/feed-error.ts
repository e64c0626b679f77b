import { AppError } from './errors.ts'

/** A feed file, its mapping or a register file can't be read as what it should be; the message names what and the remedy. */
export class FeedError extends AppError {
  readonly code = 'ART_FEED'
}
