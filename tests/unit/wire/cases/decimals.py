"""Decimal numbers: bigdecimal."""

from decimal import Decimal

DECIMAL = -32600, 'expected a decimal number'
EXPONENT = -32600, 'expected a decimal number with an exponent of at most 1000'

VALID = (
    ('bigdecimal-exponent', '<bigdecimal>1E+3</bigdecimal>', Decimal('1E+3')),
    ('bigdecimal-integer', '<bigdecimal>7</bigdecimal>', Decimal('7')),
    ('bigdecimal-leading-plus', '<bigdecimal> +1.0 </bigdecimal>', Decimal('1.0')),
    ('bigdecimal-largest-exponent', '<bigdecimal>1E+1000</bigdecimal>', Decimal('1E+1000')),
    ('bigdecimal-smallest-exponent', '<bigdecimal>1E-1000</bigdecimal>', Decimal('1E-1000')),
    ('bigdecimal', '<bigdecimal>12.50</bigdecimal>', Decimal('12.50')),
)

INVALID = (
    ('bigdecimal-arabic-digits', '<bigdecimal>\u0661</bigdecimal>', *DECIMAL),
    ('bigdecimal-empty', '<bigdecimal></bigdecimal>', *DECIMAL),
    ('bigdecimal-exponent-alone', '<bigdecimal>e</bigdecimal>', *DECIMAL),
    ('bigdecimal-exponent-too-big', '<bigdecimal>1E99999999999999999999999999</bigdecimal>',
     *DECIMAL),
    ('bigdecimal-large-exponent', '<bigdecimal>1E+1001</bigdecimal>', *EXPONENT),
    ('bigdecimal-small-exponent', '<bigdecimal>1E-999999999</bigdecimal>', *EXPONENT),
    ('bigdecimal-zero-of-many-digits', '<bigdecimal>0E-999999999</bigdecimal>', *EXPONENT),
    ('bigdecimal-infinity', '<bigdecimal>Infinity</bigdecimal>', *DECIMAL),
    ('bigdecimal-nan', '<bigdecimal>NaN</bigdecimal>', *DECIMAL),
    ('bigdecimal-text', '<bigdecimal>x</bigdecimal>', *DECIMAL),
    ('bigdecimal-underscore', '<bigdecimal>1_0</bigdecimal>', *DECIMAL),
)
