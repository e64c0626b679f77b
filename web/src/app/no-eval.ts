import { config } from 'zod'

// The content security policy forbids eval, which zod would otherwise try as soon as a schema is made. So this module
// must be the first that main.tsx imports.
config({ jitless: true })
