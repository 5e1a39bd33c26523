#!lua flags=allow-oom
-- Records new sagas and, where asked, takes their leases in the same step.
--
-- KEYS     one record per saga; then, in any order, the keys that ARGV names by their place
-- ARGV     1 number of sagas, 2 consumer; then for each saga:
--          fence, place of the feed, 'h' hold | 'p' park | 'f' finish, place of starts | timers | finished, wake-up
--          time or end of retention ('' none), member, saga id, creation time, number of indexes, their places, number of strings of fields,
--          fields and values, feed line
-- Returns  for each saga 1 (started), or the existing record as HGETALL gives it
--
-- Upholds: a saga id is started once; a repeat with the same fence is answered as the first call was. A start that is
-- held has its live entry pending to its owner from the first moment, in a stream that nobody reads from.
--@include gather

local replies = {}
local feed, zadd, taken = {}, {}, {}
local at = 3
for s = 1, tonumber(ARGV[1]) do
  local record, fence, feed_place, what = KEYS[s], ARGV[at], ARGV[at + 1] + 0, ARGV[at + 2]
  local place, value = ARGV[at + 3] + 0, ARGV[at + 4]
  local member, id, created, indexes = ARGV[at + 5], ARGV[at + 6], ARGV[at + 7], ARGV[at + 8] + 0
  local first_index = at + 9
  local count = ARGV[first_index + indexes] + 0
  local first = first_index + indexes + 1
  at = first + count + 1

  local held = redis.call('HGET', record, 'l')
  if held == fence then
    replies[s] = 1
  elseif held then
    replies[s] = redis.call('HGETALL', record)
  else
    local entry
    if what == 'h' then
      local entry_id = redis.call('XADD', KEYS[place], '*', 'k', member)
      entry = 's' .. entry_id
      add(taken, place, entry_id)
    elseif what == 'p' then
      entry = 'p' .. value
      if value ~= '' then add(zadd, place, value, member) end
    else
      entry = 'f'
      add(zadd, place, value, member)
    end
    redis.call('HSET', record, 'l', fence, 'e', entry, unpack(ARGV, first, math.min(first + count, first + SOME) - 1))
    set_rest(record, first, first + count - 1)
    for i = first_index, first_index + indexes - 1 do add(zadd, ARGV[i] + 0, created, id) end
    add(feed, feed_place, 'f', ARGV[first + count])
    replies[s] = 1
  end
end
take(taken, ARGV[2], 'FORCE', 'JUSTID')
each(zadd, 'ZADD')
for place, lines in pairs(feed) do redis.call('XADD', KEYS[place], '*', unpack(lines)) end
return replies
