import { expect, it } from 'vitest'
import { pictureOf, pictureType } from '../../../src/serve/cameras/picture.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

it('takes a picture for what its bytes say', () => {
  expect(pictureType(bytes('\xff\xd8\xff\xe0..JFIF'))).toBe('image/jpeg')
  expect(pictureType(bytes('\x89PNG\r\n\x1a\n....'))).toBe('image/png')
  expect(pictureType(bytes('GIF89a......'))).toBe('image/gif')
  expect(pictureType(bytes('GIF87a......'))).toBe('image/gif')
  expect(pictureType(bytes('RIFF\x10\0\0\0WEBPVP8 '))).toBe('image/webp')
})

it('takes nothing else for a picture', () => {
  for (const text of [
    '',
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<!doctype html><html>',
    '\xff\xd8',
    ' \xff\xd8\xff',
    'RIFF\x10\0\0\0WAVEfmt ',
    'RIFF\x10\0\0\0WEB',
    'GIF88a',
    '%PDF-1.7',
    'BM......',
    '\0\0\0\x20ftypavif',
  ])
    expect(pictureType(bytes(text)), text).toBeNull()
})

it('tags a picture by its bytes', () => {
  const tag = (text: string) => pictureOf('image/gif', bytes(text)).etag
  expect(tag('a')).toMatch(/^"[\w-]{27}"$/)
  expect(tag('a')).toBe(tag('a'))
  expect(tag('a')).not.toBe(tag('b'))
})
