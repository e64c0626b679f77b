/** Faults of a certificate by OpenSSL's and Node's codes: what is wrong, and what helps. */
const CERTIFICATE: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED:
    "the host's certificate has expired; its owner must renew it (or check this machine's clock)",
  CERT_NOT_YET_VALID: "the host's certificate is not valid yet; check this machine's clock",
  CERT_REVOKED: "the host's certificate was revoked; ask its owner",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the host's certificate is signed by itself; if it is the right one, add it as an authority (ca)",
  SELF_SIGNED_CERT_IN_CHAIN:
    "the host's certificate comes from an authority this machine does not know; add that authority (ca)",
  UNABLE_TO_GET_ISSUER_CERT:
    "the host's certificate comes from an authority this machine does not know; add that authority (ca)",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "the host's certificate comes from an authority this machine does not know; add that authority (ca)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the host sends its certificate without those that lead to a known authority; its owner must send the chain, or add it (ca)',
  ERR_TLS_CERT_ALTNAME_INVALID:
    "the host's certificate is for another name; check the host's spelling, or ask its owner",
  HOSTNAME_MISMATCH:
    "the host's certificate is for another name; check the host's spelling, or ask its owner",
  CERT_UNTRUSTED: "the host's certificate is not trusted; add its authority (ca)",
  CERT_REJECTED: "the host's certificate is rejected for this use; ask its owner",
  INVALID_PURPOSE: "the host's certificate is not made for servers; ask its owner",
  CERT_CHAIN_TOO_LONG: "the host's certificate has too long a chain; ask its owner",
  CERT_SIGNATURE_FAILURE: "the host's certificate has a wrong signature; ask its owner",
}

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check host and port',
  ECONNRESET: 'the other side closed the connection; try again later',
  EPIPE: 'the other side closed the connection; try again later',
  EHOSTUNREACH: "the host can't be reached; check the network and its firewalls",
  ENETUNREACH: "its network can't be reached; check the network and its firewalls",
  EADDRNOTAVAIL: "its network can't be reached; check the network and its firewalls",
  ETIMEDOUT: 'nobody answers; check host, port and firewalls',
  EACCES: 'this machine does not let it through; check its firewall',
  EPERM: 'this machine does not let it through; check its firewall',
  EMFILE: 'this machine has too many files open; raise its limit',
  HPE_HEADER_OVERFLOW: 'its headers are larger than 16 KiB; it is no feed',
}

/** A fault of TLS in words, or null when the error is none. */
export function certificateFault(error: unknown): string | null {
  const code = codeOf(error)
  if (CERTIFICATE[code] !== undefined) return `${CERTIFICATE[code]} (${code})`
  if (/^(ERR_SSL_|ERR_TLS_|CERT_|CRL_)/.test(code) || code === 'EPROTO')
    return `TLS could not be agreed on; is it really https? (${code})`
  return null
}

/** Why a connection failed or broke, in words. */
export function networkFault(error: unknown): string {
  const code = codeOf(error)
  if (code.startsWith('HPE_') && NETWORK[code] === undefined)
    return `what it answers is no HTTP; check the address (${code})`
  return NETWORK[code] === undefined
    ? `the connection failed; try again later (${code})`
    : `${NETWORK[code]} (${code})`
}

/** Of an attempt at several addresses the first one's code. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code'
}
