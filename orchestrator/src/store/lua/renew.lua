#!lua flags=allow-oom
-- Keeps leases.
--
-- KEYS     one record per lease; then per partition in a row feed, commands, starts, timers, finished
-- ARGV     1 number of leases, 2 consumer, 3 renewal round (kept as the delivery count: a sign of life that needs no
--          clock); then for each lease: token, place of the partition's keys, '1' if the crashes are to be cleared
-- Returns  for each lease the number of items in its inbox, or -1 if it is lost
--
-- Upholds: the record's token alone says who the owner is; the entry that the record names is made pending to it again
-- even where the group, or its list of pending entries, was lost.
--@include gather

local replies = {}
local taken = {}
local at = 4
for s = 1, tonumber(ARGV[1]) do
  local record, token, base, clear = KEYS[s], ARGV[at], ARGV[at + 1] + 0, ARGV[at + 2]
  at = at + 3
  local now = redis.call('HMGET', record, 'l', 'e', 'q')
  replies[s] = -1
  if now[1] and string.sub(now[1], 1, #token + 1) == token .. '.' then
    local stream, entry_id = locate(base, now[2])
    if stream then
      add(taken, stream, entry_id)
      if clear == '1' then redis.call('HSET', record, 'k', '0') end
      replies[s] = tonumber(now[3] or 0)
    end
  end
end
take(taken, ARGV[2], 'RETRYCOUNT', ARGV[3], 'FORCE', 'JUSTID')
return replies
