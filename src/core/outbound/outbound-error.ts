import { AppError } from '../errors.ts'

/** Something could not be fetched. The message is one sentence: the address without its secrets, the cause, the remedy. */
export abstract class OutboundError extends AppError {
  /** Whose fault it is, e.g. for a page: the address without user, password and query. */
  readonly address: string

  constructor(address: string, why: string, options?: ErrorOptions) {
    super(`${address}: ${why}`, options)
    this.address = address
  }
}

/** The address can't be used for fetching: another scheme, a user name in it, nothing a URL could be. */
export class OutboundAddressError extends OutboundError {
  readonly code = 'ART_OUTBOUND_ADDRESS'
}

/** The address leads into a private or reserved network that is not on the allow list. */
export class OutboundRefusedError extends OutboundError {
  readonly code = 'ART_OUTBOUND_REFUSED'
}

/** The host's name can't be resolved. */
export class OutboundDnsError extends OutboundError {
  readonly code = 'ART_OUTBOUND_DNS'
  override readonly retryable = true
}

/** No connection, or it broke before an answer came. */
export class OutboundConnectError extends OutboundError {
  readonly code = 'ART_OUTBOUND_CONNECT'
  override readonly retryable = true
}

/** The host's certificate is not accepted, or TLS could not be agreed on. */
export class OutboundCertificateError extends OutboundError {
  readonly code = 'ART_OUTBOUND_CERTIFICATE'
}

/** The proxy can't be reached, or does not let the connection through. */
export class OutboundProxyError extends OutboundError {
  readonly code = 'ART_OUTBOUND_PROXY'
  override readonly retryable = true
}

/** It took longer than allowed. */
export class OutboundTimeoutError extends OutboundError {
  readonly code = 'ART_OUTBOUND_TIMEOUT'
  override readonly retryable = true
}

/** The answer leads elsewhere too often, in a circle, or to where it must not. */
export class OutboundRedirectError extends OutboundError {
  readonly code = 'ART_OUTBOUND_REDIRECT'
}

/** The answer is larger than allowed, on the wire or unpacked. */
export class OutboundTooLargeError extends OutboundError {
  readonly code = 'ART_OUTBOUND_TOO_LARGE'
}

/** The answer is cut off, is no HTTP, or can't be unpacked. */
export class OutboundBrokenError extends OutboundError {
  readonly code = 'ART_OUTBOUND_BROKEN'
  override readonly retryable = true
}

/** The caller gave up. */
export class OutboundAbortedError extends OutboundError {
  readonly code = 'ART_OUTBOUND_ABORTED'
  override readonly retryable = true
}
