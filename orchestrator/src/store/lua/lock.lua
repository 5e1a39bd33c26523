#!lua flags=allow-oom
-- Takes a lock for a saga, or a place in the line for it.
--
-- KEYS     1 the line: members by the time they came, the first holds the lock
-- ARGV     1 member, 2 '1' to wait in line, 3 the most that may stand in line, 4 how far the clock of the store is ahead,
--          5 a holder that does not count any more and 6 its time, as this script gave them ('' none)
-- Returns  {holder, its time, the time now}, or 0: the line is full
--
-- Upholds: a member stands in line once, in the order of the first calls. A holder goes only if it is still the very one
-- that was looked at.

local LINE = KEYS[1]
local first = redis.call('ZRANGE', LINE, 0, 0, 'WITHSCORES')
if first[1] and first[1] == ARGV[5] and first[2] == ARGV[6] then
  redis.call('ZREM', LINE, ARGV[5])
  first = redis.call('ZRANGE', LINE, 0, 0, 'WITHSCORES')
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[4]
if not first[1] or (ARGV[2] == '1' and not redis.call('ZSCORE', LINE, ARGV[1])) then
  if redis.call('ZCARD', LINE) >= tonumber(ARGV[3]) then return 0 end
  local last = redis.call('ZRANGE', LINE, -1, -1, 'WITHSCORES')
  -- Behind all others, even where the clock was set back.
  local came = math.max(now, (tonumber(last[2]) or 0) + 1)
  redis.call('ZADD', LINE, string.format('%.0f', came), ARGV[1])
  first = redis.call('ZRANGE', LINE, 0, 0, 'WITHSCORES')
end
return { first[1], first[2], string.format('%.0f', now) }
