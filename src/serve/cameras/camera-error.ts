import { AppError } from '../../core/errors.ts'

/** Nobody may see the camera's picture. */
export class CameraHiddenError extends AppError {
  readonly code = 'ART_CAMERA_HIDDEN'
  readonly status = 403
}

/** The camera gives no picture now: it is not reached, or what it sends is none. */
export class CameraSilentError extends AppError {
  readonly code = 'ART_CAMERA_SILENT'
  readonly status = 502
  override readonly retryable = true
  /** Until it is asked again, s. */
  readonly retryAfterS: number

  constructor(message: string, retryAfterS: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterS = retryAfterS
  }
}

/** Too many cameras are being asked at once. */
export class CamerasBusyError extends AppError {
  readonly code = 'ART_CAMERAS_BUSY'
  readonly status = 503
  override readonly retryable = true
}
