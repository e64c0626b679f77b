import { TextDecoder } from 'node:util'
import { SaxesParser } from 'saxes'
import { FeedError } from '../../core/feed-error.ts'

/** One opened element. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Names of the elements it stands in, the outermost first. */
  readonly within: readonly string[]
  readonly line: number
}

export interface XmlHandler {
  readonly onOpen: (element: XmlElement) => void
  readonly onClose?: (name: string) => void
  /** Asked after every piece; the rest is not read once it is true. @default never */
  readonly isDone?: () => boolean
}

/** What a street network never needs. */
const MOST_BYTES = 4 * 2 ** 30
const MOST_BYTES_OF_ELEMENT = 2 ** 20
const DEEPEST = 32

/**
 * Reads XML as it comes, in bounded memory: no document type, so that there is nothing to expand and nothing to fetch, no element of more than a
 * mebibyte, no deeper nesting than 32.
 * @throws {FeedError} naming file and line when it is not well-formed, not UTF-8, or over a bound
 */
export async function readXml(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  handler: XmlHandler,
): Promise<void> {
  const parser = parserOf(file, handler)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let read = 0
  for await (const piece of bytes) {
    read += piece.length
    if (read > MOST_BYTES)
      throw new FeedError(`${file} is longer than 4 GiB; cut out the part that you need.`)
    for (let at = 0; at < piece.length; at += PIECE) {
      parser.write(decoded(file, decoder, piece.subarray(at, at + PIECE)))
      if (handler.isDone?.() === true) return
    }
  }
  parser.write(decoded(file, decoder, null))
  parser.close()
}

const PIECE = 2 ** 16

function decoded(file: string, decoder: TextDecoder, piece: Uint8Array | null): string {
  try {
    return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true })
  } catch (cause) {
    throw new FeedError(`${file} is not UTF-8; convert it (iconv -t UTF-8), and say so in its first line.`, {
      cause,
    })
  }
}

function parserOf(file: string, { onOpen, onClose }: XmlHandler) {
  const parser = new SaxesParser({ position: true })
  const within: string[] = []
  let sinceElement = 0
  const refuse = (why: string): never => {
    throw new FeedError(`${file}, line ${parser.line}: ${why}`)
  }
  parser.on('error', ({ message }) =>
    refuse(`it is not well-formed XML (${message}); get or export it again.`),
  )
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^(utf-?8|us-ascii)$/i.test(encoding))
      refuse(`the encoding is ${encoding}, and only UTF-8 is read; convert it (iconv -t UTF-8).`)
  })
  parser.on('doctype', () =>
    refuse(
      'it has a document type (<!DOCTYPE …>), which is not read: it could hold entities without end; take it out.',
    ),
  )
  parser.on('comment', () => (sinceElement = 0))
  parser.on('opentag', ({ name, attributes }) => {
    sinceElement = 0
    if (within.length >= DEEPEST) refuse(`elements stand more than ${DEEPEST} deep; it is no street network.`)
    onOpen({ name, attributes: attributes as Record<string, string>, within: [...within], line: parser.line })
    within.push(name)
  })
  parser.on('closetag', ({ name }) => {
    sinceElement = 0
    within.pop()
    onClose?.(name)
  })
  return {
    write(text: string): void {
      sinceElement += text.length
      if (sinceElement > MOST_BYTES_OF_ELEMENT + PIECE)
        refuse('one element is longer than 1 MiB; it is no street network.')
      parser.write(text)
    },
    close(): void {
      parser.close()
    },
  }
}

/** Attributes of one element, each checked as it is asked for. */
export class Attributes {
  readonly #file: string
  readonly #element: XmlElement

  constructor(file: string, element: XmlElement) {
    this.#file = file
    this.#element = element
  }

  /** @throws {FeedError} where it is not there or empty */
  text(name: string): string {
    const value = this.#element.attributes[name] ?? ''
    return value === '' ? this.refuse(`it has no ${name}; export the file again.`) : value
  }

  optional(name: string): string | null {
    return this.#element.attributes[name] ?? null
  }

  /** @throws {FeedError} where it is not a number from `least` to `most` */
  number(name: string, least = -Infinity, most = Infinity): number {
    const text = this.text(name)
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most)
      return this.refuse(`its ${name} is "${text}" and must be a number${range(least, most)}.`)
    return value
  }

  count(name: string, most: number): number {
    const value = this.number(name, 0, most)
    return Number.isInteger(value)
      ? value
      : this.refuse(`its ${name} is ${value} and must be a whole number.`)
  }

  refuse(why: string): never {
    const { name, line, attributes } = this.#element
    const id = attributes['id'] === undefined ? '' : ` "${attributes['id']}"`
    throw new FeedError(`${this.#file}, line ${line}: <${name}${id}>: ${why}`)
  }
}

function range(least: number, most: number): string {
  if (least === -Infinity) return ''
  return most === Infinity ? ` from ${least} on` : ` from ${least} to ${most}`
}
