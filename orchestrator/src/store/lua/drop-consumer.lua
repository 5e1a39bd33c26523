#!lua flags=allow-oom
-- Removes a consumer that has gone.
--
-- KEYS     1 stream
-- ARGV     1 consumer
-- Returns  1 if it was removed
--
-- Upholds: a consumer with pending entries stays, since removing it would lose them.

local summary = redis.pcall('XPENDING', KEYS[1], 'g', '-', '+', 1, ARGV[1])
if summary.err or #summary > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], 'g', ARGV[1])
return 1
