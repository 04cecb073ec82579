-- Small requests that differ in x-user-id, so that a sticky split sees many callers.

local requests, count, position = {}, 8192, 0

function init(arguments)
  for index = 1, count do
    wrk.headers["x-user-id"] = "user-" .. index
    requests[index] = wrk.format()
  end
end

function request()
  position = position % count + 1
  return requests[position]
end
