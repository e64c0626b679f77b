import { entityTag } from '../answers.ts'

/** What a browser may be given as a picture. Never SVG: it can hold scripts. */
export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif'

export interface Picture {
  readonly type: PictureType
  readonly bytes: Buffer
  /** Entity tag of these bytes. */
  readonly etag: string
}

/** What the bytes themselves say they are, whatever their sender calls them; null for all that is none of the four. */
export function pictureType(bytes: Buffer): PictureType | null {
  const head = bytes.subarray(0, 12).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : null
}

/** Those that are taken apart into pixels here. */
export function canBeBlurred(type: PictureType): boolean {
  return type === 'image/jpeg' || type === 'image/png'
}

export function pictureOf(type: PictureType, bytes: Buffer): Picture {
  return { type, bytes, etag: entityTag(bytes) }
}
