import { changeFamilies } from './changes.ts'
import { fileFamilies } from './files.ts'
import { functionFamilies } from './functions.ts'
import { hiddenFamilies } from './hidden-tables.ts'
import { sourceFamilies } from './sources.ts'
import { wordFamilies } from './words.ts'

export type { Escape, Family, Place } from './escape.ts'
export { honest } from './honest.ts'

/** Every way that was thought of; each wall is held against them alone. */
export const families = [
  ...hiddenFamilies,
  ...wordFamilies,
  ...fileFamilies,
  ...sourceFamilies,
  ...functionFamilies,
  ...changeFamilies,
]
