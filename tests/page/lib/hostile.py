"""Whatever of an application reaches the page, written by somebody who means ill."""

SHOTS = ('</script><script>window.hit = 1</script>'
         '"><img src="x" onerror="window.hit = 2">'
         "'><svg/onload='window.hit = 3'>"
         '</style><style>body { display: none }</style>'
         '<!-- <script> ${window.hit = 4} `${window.hit = 5}`'
         ' javascript:window.hit=6 &lt;b&gt; ]]> \u202e \u2028 \x0b \ud800')


class Shot:
    def __repr__(self):
        return SHOTS


SHOT = Shot()


class Application:
    def shoot(self, target: str = SHOTS, other=SHOT):
        return target

    shoot.__doc__ = SHOTS + '\n\n' + SHOTS

    def answer(self) -> str:
        """Return what is hostile."""
        return SHOTS.replace('\x0b', '').replace('\ud800', '')


setattr(Application, '"><script>window.hit = 7<\\/script>', Application.answer)
