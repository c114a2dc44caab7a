"""What `check URL` finds to be fixed."""

from xmlrpcgi.check import check

BAD = ('warn', 'fail')


def bad(url, **options):
    """{id: Finding} of what is to be fixed at `url`."""
    found = check.findings(url, **options)
    assert all(finding.id and finding.remedy for finding in found if finding.level in BAD)
    return {finding.id: finding for finding in found if finding.level in BAD}


def only(url, **options):
    """The one thing there is to fix at `url`."""
    found = bad(url, **options)
    assert len(found) == 1, found
    return next(iter(found.values()))
