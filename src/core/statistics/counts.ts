import { logGamma } from './gamma.ts'

/** Logarithm of the chance of `count` events where `mean` > 0 are expected. */
export function poissonLogChance(count: number, mean: number): number {
  return count * Math.log(mean) - mean - logGamma(count + 1)
}

/**
 * Logarithm of the chance of `count` events of a negative binomial with variance mean + dispersion · mean²; at dispersion 0 it is
 * Poisson's.
 */
export function negativeBinomialLogChance(count: number, mean: number, dispersion: number): number {
  // Under this the two differ by less than the rounding of logGamma.
  if (dispersion < 1e-9) return poissonLogChance(count, mean)
  const size = 1 / dispersion
  return (
    logGamma(count + size) -
    logGamma(size) -
    logGamma(count + 1) +
    size * Math.log(size / (size + mean)) +
    (count === 0 ? 0 : count * Math.log(mean / (size + mean)))
  )
}

/**
 * Poisson deviance of one count: twice the log-likelihood that was lost by not having expected exactly what came. 0 is perfect;
 * summed over cells it compares models of the same counts.
 */
export function poissonDeviance(count: number, mean: number): number {
  return 2 * ((count === 0 ? 0 : count * Math.log(count / mean)) - (count - mean))
}

/**
 * The dispersion that makes counts likeliest around their means (variance mean + dispersion · mean²), by maximum likelihood; 0 when
 * they scatter no more than Poisson's.
 *
 * @param most the highest dispersion that is tried
 *
 * Source: J. Lawless, "Negative binomial and mixed Poisson regression", Canadian Journal of Statistics 15 (1987): the profile
 * likelihood, searched by golden section on log dispersion. Left out: the joint fit with the means.
 */
export function dispersionOf(counts: ArrayLike<number>, means: ArrayLike<number>, most = 100): number {
  const likelihood = (dispersion: number) => logLikelihood(counts, means, dispersion)
  const golden = (Math.sqrt(5) - 1) / 2
  let low = Math.log(1e-6)
  let high = Math.log(most)
  let a = high - golden * (high - low)
  let b = low + golden * (high - low)
  let atA = likelihood(Math.exp(a))
  let atB = likelihood(Math.exp(b))
  while (high - low > 1e-4) {
    if (atA >= atB) {
      high = b
      b = a
      atB = atA
      a = high - golden * (high - low)
      atA = likelihood(Math.exp(a))
    } else {
      low = a
      a = b
      atA = atB
      b = low + golden * (high - low)
      atB = likelihood(Math.exp(b))
    }
  }
  const found = Math.exp((low + high) / 2)
  return likelihood(found) > likelihood(0) ? found : 0
}

/** Without the terms that dispersion does not touch. */
function logLikelihood(counts: ArrayLike<number>, means: ArrayLike<number>, dispersion: number): number {
  const size = 1 / dispersion
  const atZero = dispersion > 0 ? logGamma(size) : 0
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    const mean = means[i]!
    if (dispersion === 0) sum += count * Math.log(mean) - mean
    else {
      if (count > 0) sum += logGamma(count + size) - atZero + count * Math.log(mean / (size + mean))
      sum -= size * Math.log1p(mean * dispersion)
    }
  }
  return sum
}
