"""HTTP beyond a plain POST: GET, refusals, origins, proxies, gzip, rate limits, the page."""
