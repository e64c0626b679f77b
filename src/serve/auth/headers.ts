/** Headers of every answer. The page is bundled; MapLibre runs its workers from blobs, and its component library sets styles inline. */
export function securityHeaders(tileStyle: string | null): Readonly<Record<string, string>> {
  const tiles = tileStyle === null ? '' : ` ${tileOrigins(tileStyle)}`
  return {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      "worker-src 'self' blob:",
      "child-src 'self' blob:",
      "style-src 'self' 'unsafe-inline'",
      `img-src 'self' data: blob:${tiles}`,
      "font-src 'self' data:",
      `connect-src 'self'${tiles}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), payment=(), usb=(), geolocation=(self)',
  }
}

/** A style names its tiles, glyphs and sprites by addresses of their own, so HTTPS as a whole is let through. */
function tileOrigins(tileStyle: string): string {
  const { protocol, origin } = new URL(tileStyle)
  return protocol === 'http:' ? `https: ${origin}` : 'https:'
}
