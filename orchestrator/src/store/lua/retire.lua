#!lua flags=allow-oom
-- Deletes finished sagas whose retention is over.
--
-- KEYS     record and inbox of each saga; then, in any order, the keys that ARGV names by their place: finished, indexes
-- ARGV     1 number of sagas; then for each saga: place of finished, member, saga id, number of indexes, their places
-- Returns  how many were deleted
--
-- Upholds: a record goes together with all its index rows, and only if it is final.

local retired = 0
local at = 2
for s = 1, tonumber(ARGV[1]) do
  local record, inbox = KEYS[2 * s - 1], KEYS[2 * s]
  local finished, member, id, count = ARGV[at] + 0, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] + 0
  local entry = redis.call('HGET', record, 'e')
  if not entry or entry == 'f' then
    redis.call('DEL', record, inbox)
    for i = at + 4, at + 3 + count do redis.call('ZREM', KEYS[ARGV[i] + 0], id) end
    redis.call('ZREM', KEYS[finished], member)
    retired = retired + 1
  end
  at = at + 4 + count
end
return retired
