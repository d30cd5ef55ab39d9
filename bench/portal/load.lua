-- Each request is another person's: cookie and path of the line. With PAUSE (ms) a person thinks between two pages.
local rows, at = {}, 0
local pause = tonumber(os.getenv("PAUSE") or "0")
for line in io.lines(os.getenv("ROWS")) do
  local path, session = line:match("^(%S+) (%S+)$")
  rows[#rows + 1] = wrk.format("GET", path, { ["Cookie"] = "sesi=" .. session, ["Host"] = os.getenv("HOST") })
end
math.randomseed(tonumber(os.getenv("SEED") or "1"))
local bad = 0
function delay() return pause > 0 and math.random(0, 2 * pause) or 0 end
function request()
  at = at % #rows + 1
  return rows[at]
end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %.1f %.1f %d\n", summary.requests, summary.duration, latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, summary.errors.status + summary.errors.read + summary.errors.timeout + summary.errors.connect))
end
