#!lua flags=allow-oom
-- Finds finished sagas whose retention is over, and trims feeds.
--
-- KEYS     finished and feed of each partition in turn
-- ARGV     1 now, 2 the most to find in a partition, 3 since when a feed is kept, 4 how many entries of it at most
-- Returns  for each partition the members found
--
-- Upholds: nothing; what is deleted is for `retire` to decide.

local found = {}
for place = 1, #KEYS, 2 do
  found[#found + 1] = redis.call('ZRANGE', KEYS[place], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])
  redis.call('XTRIM', KEYS[place + 1], 'MINID', '~', ARGV[3])
  redis.call('XTRIM', KEYS[place + 1], 'MAXLEN', '~', ARGV[4])
end
return found
