"""Doubles: double and float."""

DOUBLE = -32600, 'expected a finite decimal number'

CANONICAL = (
    ('double-minus-zero', '<double>-0.0</double>', -0.0),
    ('double-smallest', '<double>0.' + '0' * 323 + '5</double>', 5e-324),
)

VALID = (
    ('double-exponent', '<double>1e10</double>', 1e10),
    ('double-integer', '<double>1</double>', 1.0),
    ('double-largest', '<double>17976931348623157' + '0' * 292 + '</double>',
     1.7976931348623157e308),
    ('double-leading-plus', '<double>+1.5</double>', 1.5),
    ('double-leading-point', '<double>.5</double>', 0.5),
    ('double-many-digits', '<double>3.%s</double>' % ('14159' * 80), 3.141591415914159),
    ('double-negative-exponent', '<double>-1.5E-3</double>', -0.0015),
    ('double-positive-exponent', '<double>2.5e+3</double>', 2500.0),
    ('double-seventeen-digits', '<double>0.10000000000000001</double>', 0.1),
    ('double-trailing-point', '<double>5.</double>', 5.0),
    ('double-underflow', '<double>1e-400</double>', 0.0),
    ('double-white-space', '<double>\n 2.5 </double>', 2.5),
    ('float', '<float>-0.25</float>', -0.25),
)

INVALID = (
    ('double-arabic-digits', '<double>\u0661.\u0665</double>', *DOUBLE),
    ('double-comma', '<double>1,5</double>', *DOUBLE),
    ('double-empty', '<double></double>', *DOUBLE),
    ('double-exponent-alone', '<double>e5</double>', *DOUBLE),
    ('double-exponent-empty', '<double>1e</double>', *DOUBLE),
    ('double-hex', '<double>0x1p3</double>', *DOUBLE),
    ('double-inf', '<double>inf</double>', *DOUBLE),
    ('double-infinity', '<double>Infinity</double>', *DOUBLE),
    ('double-inner-space', '<double>1 .5</double>', *DOUBLE),
    ('double-minus-infinity', '<double>-INF</double>', *DOUBLE),
    ('double-nan', '<double>NaN</double>', *DOUBLE),
    ('double-nbsp', '<double>\xa01.5</double>', *DOUBLE),
    ('double-overflow-plain', '<double>' + '9' * 400 + '</double>', *DOUBLE),
    ('double-overflow', '<double>1e999</double>', *DOUBLE),
    ('double-point-alone', '<double>.</double>', *DOUBLE),
    ('double-sign-alone', '<double>+</double>', *DOUBLE),
    ('double-suffix', '<double>1.5f</double>', *DOUBLE),
    ('double-text', '<double>pi</double>', *DOUBLE),
    ('double-two-points', '<double>1.2.3</double>', *DOUBLE),
    ('double-underscore', '<double>1_0.5</double>', *DOUBLE),
    ('float-nan', '<float>nan</float>', *DOUBLE),
)
