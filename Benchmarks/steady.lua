-- Small requests at a steady rate, the first argument: each free connection takes the next
-- place in one schedule; a second argument spreads them over so many paths (0: over none), a third
-- one gives each a body of so many bytes. wrk counts delays in whole milliseconds, so requests
-- start in groups of a millisecond. A place in the past is taken at once, so the rate holds.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
]]
local MONOTONIC = 1

local requests, count, position = {}, 8192, 0
local now = ffi.new("moment")
local milliseconds_between, next_place

local function milliseconds()
  ffi.C.clock_gettime(MONOTONIC, now)
  return tonumber(now.seconds) * 1000 + tonumber(now.nanoseconds) / 1e6
end

function init(arguments)
  milliseconds_between = 1000 / tonumber(arguments[1])
  if arguments[3] then
    wrk.method, wrk.body = "POST", string.rep("x", tonumber(arguments[3]))
  end
  for index = 1, count do
    wrk.headers["x-user-id"] = "user-" .. index
    if tonumber(arguments[2] or 0) > 0 then
      wrk.path = "/v1/model-" .. index % tonumber(arguments[2]) .. "/small"
    end
    requests[index] = wrk.format()
  end
end

function delay()
  local present = milliseconds()
  next_place = (next_place or present) + milliseconds_between
  return math.max(0, math.floor(next_place - present))
end

function request()
  position = position % count + 1
  return requests[position]
end

function done(summary, latency)
  io.write(string.format("microseconds p50 %d p99 %d\n",
    latency:percentile(50), latency:percentile(99)))
end
