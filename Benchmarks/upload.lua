-- Uploads of as many bytes as the first argument says; each thread is another caller.
-- There is no request(): wrk would call it again when a write over TLS has to be continued,
-- and the request must not change then.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/octet-stream"
  wrk.headers["x-user-id"] = "user-" .. number
  wrk.body = string.rep("0123456789abcdef", tonumber(arguments[1]) / 16)
end
