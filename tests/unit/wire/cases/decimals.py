"""Decimal numbers: bigdecimal."""

from decimal import Decimal

DECIMAL = -32600, 'expected a decimal number'

VALID = (
    ('bigdecimal-exponent', '<bigdecimal>1E+3</bigdecimal>', Decimal('1E+3')),
    ('bigdecimal-integer', '<bigdecimal>7</bigdecimal>', Decimal('7')),
    ('bigdecimal-leading-plus', '<bigdecimal> +1.0 </bigdecimal>', Decimal('1.0')),
    ('bigdecimal-zero-of-many-digits', '<bigdecimal>0E-999999999</bigdecimal>',
     Decimal('0E-999999999')),
    ('bigdecimal', '<bigdecimal>12.50</bigdecimal>', Decimal('12.50')),
)

INVALID = (
    ('bigdecimal-arabic-digits', '<bigdecimal>\u0661</bigdecimal>', *DECIMAL),
    ('bigdecimal-empty', '<bigdecimal></bigdecimal>', *DECIMAL),
    ('bigdecimal-exponent-alone', '<bigdecimal>e</bigdecimal>', *DECIMAL),
    ('bigdecimal-exponent-too-big', '<bigdecimal>1E99999999999999999999999999</bigdecimal>',
     *DECIMAL),
    ('bigdecimal-infinity', '<bigdecimal>Infinity</bigdecimal>', *DECIMAL),
    ('bigdecimal-nan', '<bigdecimal>NaN</bigdecimal>', *DECIMAL),
    ('bigdecimal-text', '<bigdecimal>x</bigdecimal>', *DECIMAL),
    ('bigdecimal-underscore', '<bigdecimal>1_0</bigdecimal>', *DECIMAL),
)
