export { guard, type Security } from './guard.ts'
export { securityHeaders } from './headers.ts'
export { isLoopback } from './hosts.ts'
export { createToken, recognise, type AccessToken, type Identity, type Scope } from './tokens.ts'
