#!lua flags=allow-oom
-- Moves parked sagas whose time has come to the commands.
--
-- KEYS     one record per saga; then per partition in a row feed, commands, starts, timers, finished
-- ARGV     1 number of sagas, 2 how far the clock of the store is ahead; then for each saga: place of the partition's keys, member
-- Returns  how many were moved
--
-- Upholds: a saga gets a live entry only if it has none. A row of timers that its record does not agree with is mended.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
local woken = 0
local at = 3
for s = 1, tonumber(ARGV[1]) do
  local record, base, member = KEYS[s], ARGV[at] + 0, ARGV[at + 1]
  at = at + 2
  local state = redis.call('HMGET', record, 'l', 'e')
  local wake_at = state[2] and string.match(state[2], '^p(%d+)')
  if not wake_at then
    redis.call('ZREM', KEYS[base + 3], member)
  elseif tonumber(wake_at) > now then
    redis.call('ZADD', KEYS[base + 3], wake_at, member)
  else
    local entry = redis.call('XADD', KEYS[base + 1], '*', 'k', member)
    redis.call('HSET', record, 'e', 'c' .. entry, 'l', '-' .. string.match(state[1], '%..*$'))
    redis.call('ZREM', KEYS[base + 3], member)
    woken = woken + 1
  end
end
return woken
