/** Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations. Floor 4. */

/** `values[k]` belongs to column k of `vectors`; both in no order. */
export interface Eigen {
  readonly values: readonly number[]
  readonly vectors: readonly (readonly number[])[]
}

const SWEEPS = 50

/** Decomposes a symmetric matrix, given by its rows. */
export function eigenOf(matrix: readonly (readonly number[])[]): Eigen {
  const n = matrix.length
  const a = matrix.map((row) => Float64Array.from(row))
  const v = matrix.map((_, i) => Float64Array.from({ length: n }, (_, j) => Number(i === j)))
  const at = (m: readonly Float64Array[], i: number, j: number): number => m[i]?.[j] ?? 0
  const set = (m: readonly Float64Array[], i: number, j: number, value: number): void => {
    const row = m[i]
    if (row) row[j] = value
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) off += at(a, i, j) * at(a, i, j)
    if (off === 0) break
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(p, q)
  }
  return {
    values: Array.from({ length: n }, (_, k) => at(a, k, k)),
    vectors: v.map((row) => [...row]),
  }

  function rotate(p: number, q: number): void {
    const apq = at(a, p, q)
    if (apq === 0) return
    const theta = (at(a, q, q) - at(a, p, p)) / (2 * apq)
    const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
    const c = 1 / Math.sqrt(t * t + 1)
    const s = t * c
    for (let k = 0; k < n; k++) {
      const [kp, kq] = [at(a, k, p), at(a, k, q)]
      set(a, k, p, c * kp - s * kq)
      set(a, k, q, s * kp + c * kq)
    }
    for (let k = 0; k < n; k++) {
      const [pk, qk] = [at(a, p, k), at(a, q, k)]
      set(a, p, k, c * pk - s * qk)
      set(a, q, k, s * pk + c * qk)
      const [vp, vq] = [at(v, k, p), at(v, k, q)]
      set(v, k, p, c * vp - s * vq)
      set(v, k, q, s * vp + c * vq)
    }
    set(a, p, q, 0)
    set(a, q, p, 0)
  }
}
