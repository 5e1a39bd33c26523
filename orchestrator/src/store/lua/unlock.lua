#!lua flags=allow-oom
-- Gives a lock back, or a place in the line for it.
--
-- KEYS     1 the line, as lock.lua keeps it
-- ARGV     1 member, 2 how far the clock of the store is ahead, 3 the member's time if it must have that to go, or ''
-- Returns  {} where nobody holds the lock now, or {holder, its time, the time now}
--
-- Upholds: nothing more: a repeat finds the member gone and tells the same.

if ARGV[3] == '' or redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[3] then redis.call('ZREM', KEYS[1], ARGV[1]) end
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if not first[1] then return {} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]
return { first[1], first[2], string.format('%.0f', now) }
