#!lua flags=no-writes
-- Finds sagas whose wake-up time has come.
--
-- KEYS     timers of any number of partitions
-- ARGV     1 the most to find, 2 how far the clock of the store is ahead
-- Returns  {the clock of Redis as TIME gives it; time of the next wake-up after them, '' if there is none; the
--          incarnation of the store; then in turn the place of a timers key and a member}
--
-- Upholds: what is due is decided by the clock of Redis and no other.
--@include incarnation

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
local room = tonumber(ARGV[1])
local reply = { time, '', incarnation() }
local next_at = nil
for place = 1, #KEYS do
  -- Only what is due is fetched, and the one after it: all others are left where they are.
  local due = redis.call('ZRANGE', KEYS[place], '-inf', now, 'BYSCORE', 'LIMIT', 0, room)
  for i = 1, #due do
    reply[#reply + 1] = place
    reply[#reply + 1] = due[i]
  end
  room = room - #due
  local following = redis.call('ZRANGE', KEYS[place], '-inf', '+inf', 'BYSCORE', 'LIMIT', #due, 1, 'WITHSCORES')
  local at = tonumber(following[2])
  if at and (next_at == nil or at < next_at) then next_at = at end
end
if next_at then reply[2] = string.format('%.0f', next_at) end
return reply
