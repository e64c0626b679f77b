/**
 * The inverse of a small symmetric positive definite matrix, by Cholesky's factors.
 *
 * @param matrix size × size, row by row
 * @throws {RangeError} when it is not positive definite: an unknown is not determined by the data
 */
export function inverseOf(matrix: Float64Array, size: number): Float64Array {
  const lower = choleskyOf(matrix, size)
  const inverse = new Float64Array(size * size)
  for (let column = 0; column < size; column++) {
    const x = new Float64Array(size)
    for (let i = 0; i < size; i++) {
      let sum = i === column ? 1 : 0
      for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * x[k]!
      x[i] = sum / lower[i * size + i]!
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = x[i]!
      for (let k = i + 1; k < size; k++) sum -= lower[k * size + i]! * x[k]!
      x[i] = sum / lower[i * size + i]!
      inverse[i * size + column] = x[i]!
    }
  }
  return inverse
}

/** A size × size matrix times a vector. */
export function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length
  return vector.map((_, i) => {
    let sum = 0
    for (let k = 0; k < size; k++) sum += matrix[i * size + k]! * vector[k]!
    return sum
  })
}

function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j]!
      for (let k = 0; k < j; k++) sum -= lower[i * size + k]! * lower[j * size + k]!
      if (i !== j) lower[i * size + j] = sum / lower[j * size + j]!
      else if (sum > 0) lower[i * size + i] = Math.sqrt(sum)
      else throw new RangeError(`unknown ${i + 1} of ${size} is not determined by the data`)
    }
  }
  return lower
}
