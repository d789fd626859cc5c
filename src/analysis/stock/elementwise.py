"""Random words and elementary functions that give the same bits in NumPy and when compiled.

Every function works on arrays, and on single numbers inside compiled code. Each is written with
``+ - * /``, square root and integer operations alone, which IEEE 754 fixes to the bit, whereas
the logarithm of a maths library differs between versions and machines.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# uint64 or float64, an array or a single number.
Words = Any
Numbers = Any

U = np.uint64
# The step of the counter and the two multipliers of splitmix64.
STEP, FIRST_MIX, SECOND_MIX = U(0x9E3779B97F4A7C15), U(0xBF58476D1CE4E5B9), U(0x94D049BB133111EB)
SHIFT_2, SHIFT_12, SHIFT_27, SHIFT_30, SHIFT_31, SHIFT_52, SHIFT_62 = (
    U(bits) for bits in (2, 12, 27, 30, 31, 52, 62)
)
NO_BIT, LOW_BIT, SIGN_BIT = U(0), U(1), U(1 << 63)
# Bits of 1.0, of the digits behind it, of sqrt(1/2), and of 2 ** 52.
ONE, DIGITS, ROOT_HALF = U(0x3FF << 52), U((1 << 52) - 1), U(0x3FE6A09E00000000)
TO_ROOT_HALF = U((0x3FF << 52) - 0x3FE6A09E00000000)
TWO_52 = U(0x433 << 52)
EXPONENT_OF_ONE = 4503599627370496.0 + 1023.0
# Added to a number below 2 ** 51, it leaves the nearest whole number in the last digits.
ROUNDING = 6755399441055744.0
LN2_HIGH, LN2_LOW, PER_LN2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10, 1 / np.log(2)
HALF_PI = np.pi / 2


def select(condition: Any, first: Numbers, second: Numbers) -> Numbers:
    """Return `first` where the condition holds, else `second`."""
    return np.where(condition, first, second)


def word(path: Words, key: Words, second_key: Words) -> Words:
    """Return 64 random bits for a path: splitmix64 of its number, with a second key inside.

    Parameters
    ----------
    path, key, second_key : uint64
    """
    bits = path * STEP + key
    bits = (bits ^ (bits >> SHIFT_30)) * FIRST_MIX
    bits = bits ^ second_key
    bits = (bits ^ (bits >> SHIFT_27)) * SECOND_MIX
    return bits ^ (bits >> SHIFT_31)


def from_one_to_two(bits: Words) -> Numbers:
    """Return a number in [1, 2) with the upper 52 of 64 bits behind its point."""
    return np.uint64((bits >> SHIFT_12) | ONE).view(np.float64)


def above_zero(bits: Words) -> Numbers:
    """Return a number in (0, 1], uniform if the bits are: a multiple of 2 ** -52."""
    return 2.0 - from_one_to_two(bits)


def log(x: Numbers) -> Numbers:
    """Return the natural logarithm of a normal number above 0, within 1 unit in the last place.

    Source
    ------
    fdlibm, ``e_log.c`` (Sun Microsystems, 1993).
    """
    bits = np.float64(x).view(np.uint64) + TO_ROOT_HALF
    power = np.uint64((bits >> SHIFT_52) | TWO_52).view(np.float64) - EXPONENT_OF_ONE
    f = np.uint64((bits & DIGITS) + ROOT_HALF).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * odd))
    even = 2.222219843214978396e-01 + w * 1.531383769920937332e-01
    even = w * (3.999999999940941908e-01 + w * even)
    h = 0.5 * f * f
    return power * LN2_HIGH - ((h - (s * (h + (even + odd)) + power * LN2_LOW)) - f)


def exp(x: Numbers) -> Numbers:
    """Return the exponential of a number from -700 to 700, within 1 unit in the last place.

    Source
    ------
    fdlibm, ``e_exp.c`` (Sun Microsystems, 1993).
    """
    rounded = x * PER_LN2 + ROUNDING
    power = rounded - ROUNDING
    high = x - power * LN2_HIGH
    low = power * LN2_LOW
    r = high - low
    q = r * r
    c = -1.65339022054652515390e-06 + q * 4.13813679705723846039e-08
    c = -2.77777777770155933842e-03 + q * (6.61375632143793436117e-05 + q * c)
    c = r - q * (1.66666666666666019037e-01 + q * c)
    y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    shift = np.float64(rounded).view(np.uint64) << SHIFT_52
    return np.uint64(np.float64(y).view(np.uint64) + shift).view(np.float64)


def sine(x: Numbers) -> Numbers:
    """Return the sine of an angle from -pi/4 to pi/4 (fdlibm, ``k_sin.c``)."""
    z = x * x
    r = 2.75573137070700676789e-06 + z * (
        -2.50507602534068634195e-08 + z * 1.58969099521155010221e-10
    )
    r = 8.33333333332248946124e-03 + z * (-1.98412698298579493134e-04 + z * r)
    return x + x * z * (-1.66666666666666324348e-01 + z * r)


def cosine(x: Numbers) -> Numbers:
    """Return the cosine of an angle from -pi/4 to pi/4 (fdlibm, ``k_cos.c``)."""
    z = x * x
    r = -2.75573143513906633035e-07 + z * (
        2.08757232129817482790e-09 + z * -1.13596475577881948265e-11
    )
    r = -1.38888888888741095749e-03 + z * (2.48015872894767294178e-05 + z * r)
    r = z * (4.16666666666666019037e-02 + z * r)
    half = 0.5 * z
    most = 1.0 - half
    return most + (((1.0 - most) - half) + z * r)


def normal_pair(radius_bits: Words, angle_bits: Words) -> tuple[Numbers, Numbers]:
    """Return two independent standard normals by the method of Box and Muller.

    The angle lies within pi/4 of an axis; its upper two bits choose the axis and its direction.
    The radius is at most 8.49, exceeded with odds of 2 ** -52.
    """
    radius = np.sqrt(-2.0 * log(above_zero(radius_bits)))
    angle = (from_one_to_two(angle_bits << SHIFT_2) - 1.5) * HALF_PI
    along, across = np.float64(cosine(angle)).view(np.uint64), sine(angle)
    along = np.uint64(along | (angle_bits & SIGN_BIT)).view(np.float64)
    straight = ((angle_bits >> SHIFT_62) & LOW_BIT) == NO_BIT
    return radius * select(straight, along, across), radius * select(straight, across, along)


def gamma_attempt(shape: Numbers, normal: Numbers, uniform: Numbers) -> tuple[Numbers, Any]:
    """Return a candidate for a gamma variate of a shape of at least 1, and whether it is one.

    Source
    ------
    G. Marsaglia and W. W. Tsang, A simple method for generating gamma variables, ACM
    Transactions on Mathematical Software 26 (2000). At least 95 % of the candidates are taken.
    """
    d = shape - 1.0 / 3.0
    x = 1.0 + normal / np.sqrt(9.0 * d)
    v = x * x * x
    above = v > 0.0
    v = select(above, v, 1.0)
    taken = log(uniform) < 0.5 * normal * normal + d - d * v + d * log(v)
    return d * v, above & taken
