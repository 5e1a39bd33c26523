#!lua flags=no-writes
-- Counts for the metrics.
--
-- KEYS     commands, starts and timers of each partition in turn; then the status indexes, all of one status in a row
-- ARGV     1 number of partitions, 2 number of statuses, 3 pending entries to look at per stream: those that wait
--          longest stand first
-- Returns  {commands that nobody has received, idle time of the oldest lease in ms, timers, then sagas by status}

local partitions, statuses, looked_at = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]

-- A stream or group that is not there has nothing in it.
local function pending(stream, ...)
  local reply = redis.pcall('XPENDING', stream, 'g', ...)
  return reply.err and {} or reply
end

local backlog, idle, timers = 0, 0, 0
for p = 0, partitions - 1 do
  local commands, starts = KEYS[3 * p + 1], KEYS[3 * p + 2]
  backlog = backlog + math.max(0, redis.call('XLEN', commands) - (pending(commands)[1] or 0))
  for _, stream in ipairs({ commands, starts }) do
    for _, entry in ipairs(pending(stream, '-', '+', looked_at)) do idle = math.max(idle, entry[3]) end
  end
  timers = timers + redis.call('ZCARD', KEYS[3 * p + 3])
end

local reply = { backlog, idle, timers }
local indexes = (#KEYS - 3 * partitions) / statuses
for status = 0, statuses - 1 do
  local count = 0
  for i = 1, indexes do count = count + redis.call('ZCARD', KEYS[3 * partitions + status * indexes + i]) end
  reply[#reply + 1] = count
end
return reply
