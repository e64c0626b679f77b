const MAX_OCTETS = 75

/** A value of type TEXT (RFC 5545, 3.3.11). */
export function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r\n|\n|\r/g, '\\n')
    .replaceAll(/(?!\t)[\p{Cc}]/gu, '')
}

/** Lines with CRLF, each folded so that none has more than 75 octets and no character is cut (RFC 5545, 3.1). */
export function folded(lines: readonly string[]): string {
  return lines.map(line => `${fold(line)}\r\n`).join('')
}

function fold(line: string): string {
  // Most lines are short, and of one octet a character.
  if (line.length * 3 <= MAX_OCTETS) return line
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line.toWellFormed()) {
    const size = Buffer.byteLength(character)
    // The blank that a continued line begins with counts.
    if (octets + size > MAX_OCTETS - (parts.length === 0 ? 0 : 1)) {
      parts.push(part)
      part = ''
      octets = 0
    }
    part += character
    octets += size
  }
  return [...parts, part].join('\r\n ')
}
