#!lua flags=allow-oom
-- Puts the clock of the store forward: in development mode only.
--
-- KEYS     1 what the processes agree on
-- ARGV     1 by how many ms, 2 a token of the caller's
-- Returns  how far it is ahead now
--
-- Upholds: a repeat with the same token changes nothing.

if redis.call('HGET', KEYS[1], 'advanced') == ARGV[2] then return redis.call('HGET', KEYS[1], 'ahead') end
redis.call('HSET', KEYS[1], 'advanced', ARGV[2])
return tostring(redis.call('HINCRBY', KEYS[1], 'ahead', ARGV[1]))
