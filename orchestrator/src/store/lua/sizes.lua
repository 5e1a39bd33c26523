#!lua flags=no-writes
-- Counts the members of sorted sets.
--
-- KEYS     sorted sets
-- Returns  the size of each

local sizes = {}
for place = 1, #KEYS do sizes[place] = redis.call('ZCARD', KEYS[place]) end
return sizes
