"""HTTP beyond a plain POST: GET, refusals, origins, proxies, gzip, tokens, rate limits, page."""
