#pragma once

// Transcendental functions over sixteen lanes, to within a few units in the last place.

#include "vector.h"

/// e^x, after Cephes' expf; 0 below -87.3, clamped above 88.37.
ZOO_INLINE zoo_v zoo_exp(zoo_v x) {
    zoo_v clamped = zoo_min(zoo_splat(88.37626f), zoo_max(zoo_splat(-87.33654f), x));
    zoo_v scaled = clamped * 1.44269504088896341f;
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer on every instruction set.
    zoo_v rounded = (scaled + 12582912.0f) - 12582912.0f;
    zoo_v r = clamped - rounded * 0.693359375f;
    r = r - rounded * -2.12194440e-4f;
    zoo_v p = zoo_splat(1.9875691500e-4f);
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    zoo_i exponent = (__builtin_convertvector(rounded, zoo_i) + 127) << 23;
    zoo_v result = p * (zoo_v)exponent;
    return zoo_select(x < zoo_splat(-87.33654f), zoo_splat(0), result);
}

/// The natural logarithm of x > 0, after Cephes' logf.
ZOO_INLINE zoo_v zoo_log(zoo_v x) {
    zoo_i bits = (zoo_i)x;
    zoo_i exponent = ((bits >> 23) & 0xff) - 126;
    zoo_v m = (zoo_v)((bits & 0x007fffff) | 0x3f000000);
    zoo_i small = m < zoo_splat(0.707106781186547524f);
    exponent = exponent + small;
    m = zoo_select(small, m + m, m) - 1.0f;
    zoo_v e = __builtin_convertvector(exponent, zoo_v);
    zoo_v z = m * m;
    zoo_v p = zoo_splat(7.0376836292e-2f);
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    p = p * m * z;
    p = p + e * -2.12194440e-4f;
    p = p - z * 0.5f;
    return (m + p) + e * 0.693359375f;
}

/// log(1 + x) for x in [0, 1], exact where 1 + x rounds.
ZOO_INLINE zoo_v zoo_log1p(zoo_v x) {
    zoo_v u = x + 1.0f;
    return zoo_log(u) - ((u - 1.0f) - x) / u;
}

ZOO_INLINE zoo_v zoo_sigmoid_v(zoo_v x) {
    zoo_v e = zoo_exp(-zoo_abs(x));
    zoo_v positive = 1.0f / (e + 1.0f);
    return zoo_select(x < zoo_splat(0), e * positive, positive);
}

/// tanh, after Cephes' tanhf: a polynomial near zero, exponentials elsewhere.
ZOO_INLINE zoo_v zoo_tanh_v(zoo_v x) {
    zoo_v a = zoo_abs(x);
    zoo_v far = 1.0f - 2.0f / (zoo_exp(a + a) + 1.0f);
    far = zoo_select(x < zoo_splat(0), -far, far);
    zoo_v z = x * x;
    zoo_v p = zoo_splat(-5.70498872745e-3f);
    p = p * z + 2.06390887954e-2f;
    p = p * z - 5.37397155531e-2f;
    p = p * z + 1.33314422036e-1f;
    p = p * z - 3.33332819422e-1f;
    p = p * z * x + x;
    return zoo_select(a < zoo_splat(0.625f), p, far);
}

/// The error function, the rational approximation that XLA and Eigen use.
ZOO_INLINE zoo_v zoo_erf(zoo_v x) {
    zoo_v c = zoo_min(zoo_splat(4), zoo_max(zoo_splat(-4), x));
    zoo_v z = c * c;
    zoo_v a = zoo_splat(-2.72614225801306e-10f);
    a = a * z + 2.77068142495902e-08f;
    a = a * z - 2.10102402082508e-06f;
    a = a * z - 5.69250639462346e-05f;
    a = a * z - 7.34990630326855e-04f;
    a = a * z - 2.95459980854025e-03f;
    a = a * z - 1.60960333262415e-02f;
    zoo_v b = zoo_splat(-1.45660718464996e-05f);
    b = b * z - 2.13374055278905e-04f;
    b = b * z - 1.68282697438203e-03f;
    b = b * z - 7.37332916720468e-03f;
    b = b * z - 1.42647390514189e-02f;
    return c * a / b;
}

/// x * Phi(x), and its derivative Phi(x) + x * phi(x).
ZOO_INLINE zoo_v zoo_gelu_v(zoo_v x) { return x * (0.5f * (1.0f + zoo_erf(x * 0.70710678f))); }
ZOO_INLINE zoo_v zoo_gelu_slope(zoo_v x) {
    zoo_v cumulative = 0.5f * (1.0f + zoo_erf(x * 0.70710678f));
    zoo_v density = 0.39894228f * zoo_exp(x * x * -0.5f);
    return cumulative + x * density;
}

/// A 32-bit counter hash (two rounds of lowbias32), one lane a counter.
ZOO_INLINE zoo_u zoo_hash(zoo_u counter, uint32_t key0, uint32_t key1) {
    zoo_u h = counter + key0;
    h ^= h >> 16; h *= 0x7feb352du; h ^= h >> 15; h *= 0x846ca68bu; h ^= h >> 16;
    h ^= key1;
    h ^= h >> 16; h *= 0x7feb352du; h ^= h >> 15; h *= 0x846ca68bu; h ^= h >> 16;
    return h;
}
