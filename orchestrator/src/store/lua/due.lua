#!lua flags=no-writes
-- Finds sagas whose wake-up time has come.
--
-- KEYS     timers of any number of partitions
-- ARGV     1 the most to find
-- Returns  {time of the next wake-up after them, '' if there is none; then in turn the place of a timers key and a
--          member}
--
-- Upholds: what is due is decided by the clock of Redis and no other.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local room = tonumber(ARGV[1])
local reply = { '' }
local next_at = nil
for place = 1, #KEYS do
  local found = redis.call('ZRANGE', KEYS[place], '-inf', '+inf', 'BYSCORE', 'LIMIT', 0, room + 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    local at = tonumber(found[i + 1])
    if at <= now and room > 0 then
      reply[#reply + 1] = place
      reply[#reply + 1] = found[i]
      room = room - 1
    else
      if next_at == nil or at < next_at then next_at = at end
      break
    end
  end
end
if next_at then reply[1] = string.format('%.0f', next_at) end
return reply
