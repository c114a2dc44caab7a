-- What wrk does for load.py: `wrk ... -s load.lua URL -- BODY ANSWER` posts what is in the file
-- BODY; each answer must be 200 and what is in the file ANSWER, byte for byte.

wrong = 0
local expected
local threads = {}

local function whole(path)
    local file = assert(io.open(path, "rb"))
    local text = file:read("*a")
    file:close()
    return text
end

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    wrk.method = "POST"
    wrk.body = whole(args[1])
    wrk.headers["Content-Type"] = "text/xml"
    expected = whole(args[2])
end

function response(status, headers, body)
    if status ~= 200 or body ~= expected then
        wrong = wrong + 1
    end
end

function done(summary, latency, requests)
    local sum, errors = 0, summary.errors
    for _, thread in ipairs(threads) do
        sum = sum + thread:get("wrong")
    end
    print(string.format("figures %d %d %d %d %d %d", summary.requests, summary.duration, sum,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
