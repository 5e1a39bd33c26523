#!lua flags=allow-oom
-- Finds finished sagas whose retention is over, and trims feeds.
--
-- KEYS     finished and feed of each partition in turn
-- ARGV     1 now, 2 the most to find in a partition, 3 since when a feed is kept, 4 how many entries of it at most
-- Returns  for each partition the members found
--
-- Upholds: what is deleted is for `retire` to decide. The last entry that a feed does not keep is deleted by its id: Redis
-- remembers that id, and whoever would read on from before it can be told.

local found = {}
for place = 1, #KEYS, 2 do
  local feed = KEYS[place + 1]
  found[#found + 1] = redis.call('ZRANGE', KEYS[place], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
  -- Most often there is nothing to drop, which the oldest entry tells for less than a search.
  local oldest = redis.call('XRANGE', feed, '-', '+', 'COUNT', 1)[1]
  if oldest and tonumber(string.match(oldest[1], '^%d+')) < tonumber(ARGV[3]) then
    local last = redis.call('XREVRANGE', feed, '(' .. ARGV[3] .. '-0', '-', 'COUNT', 1)
    redis.call('XDEL', feed, last[1][1])
    redis.call('XTRIM', feed, 'MINID', '~', ARGV[3])
  end
  if redis.call('XTRIM', feed, 'MAXLEN', '~', ARGV[4]) > 0 then
    local first = redis.call('XRANGE', feed, '-', '+', 'COUNT', 1)
    if first[1] then redis.call('XDEL', feed, first[1][1]) end
  end
end
return found
