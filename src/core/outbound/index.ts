export { fetchGuarded } from './fetch-guarded.ts'
export type { OutboundAnswer, OutboundOptions } from './fetch-guarded.ts'
export {
  OutboundAbortedError,
  OutboundAddressError,
  OutboundBrokenError,
  OutboundCertificateError,
  OutboundConnectError,
  OutboundDnsError,
  OutboundError,
  OutboundProxyError,
  OutboundRedirectError,
  OutboundRefusedError,
  OutboundTimeoutError,
  OutboundTooLargeError,
} from './outbound-error.ts'
export type { OutboundProxy } from './proxy.ts'
export type { Resolve } from './address/checked-addresses.ts'
export { isAllowEntry } from './address/rules.ts'
export { showAddress } from './address/target.ts'
