#!lua flags=allow-oom
-- Gives leases back: their sagas go to the commands, for anyone to receive.
--
-- KEYS     one record per lease; then per partition in a row feed, commands, starts, timers, finished
-- ARGV     1 number of leases; then for each lease: token, place of the partition's keys, member
-- Returns  how many were given back; leases that are lost are left alone
--
-- Upholds: a saga that is not parked or final has one live entry at every moment. A repeat finds no token and does nothing.
--@include gather

local released = 0
local gone = {}
local at = 2
for s = 1, tonumber(ARGV[1]) do
  local record, token, base, member = KEYS[s], ARGV[at], ARGV[at + 1] + 0, ARGV[at + 2]
  at = at + 3
  local now = redis.call('HMGET', record, 'l', 'e')
  if now[1] and string.sub(now[1], 1, #token + 1) == token .. '.' then
    local stream, entry_id = locate(base, now[2])
    if stream then
      add(gone, stream, entry_id)
      local entry = redis.call('XADD', KEYS[base + 1], '*', 'k', member)
      redis.call('HSET', record, 'l', '-' .. string.sub(now[1], #token + 1), 'e', 'c' .. entry, 'k', '0')
      released = released + 1
    end
  end
end
ended(gone)
return released
