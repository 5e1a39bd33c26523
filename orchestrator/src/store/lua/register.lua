#!lua flags=allow-oom
-- Adds a version of a definition if its digest is new to the name; either way that version becomes the latest.
--
-- KEYS     1 versions, 2 names
-- ARGV     1 name, 2 digest, 3 canonical text, 4 time
-- Returns  {version, 1 if it is new or 0}
--
-- Upholds: versions are numbered from 1 without gaps and never change.

local known = redis.call('HGET', KEYS[1], 'd' .. ARGV[2])
if known then
  redis.call('HSET', KEYS[1], 'latest', known)
  return { tonumber(known), 0 }
end
local version = redis.call('HINCRBY', KEYS[1], 'count', 1)
redis.call('HSET', KEYS[1], 'd' .. ARGV[2], version, 'v' .. version, ARGV[4] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3], 'latest', version)
redis.call('ZADD', KEYS[2], 0, ARGV[1])
return { version, 1 }
