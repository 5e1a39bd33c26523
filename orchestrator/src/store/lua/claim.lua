#!lua flags=allow-oom
-- Takes the leases of sagas whose entries were received, or whose owners stopped renewing.
--
-- KEYS     record and inbox of each saga; then per partition in a row feed, commands, starts, timers, finished
-- ARGV     1 number of sagas, 2 consumer, 3 renewal round, 4 '1' if a suspect may be taken, 5 how far the
--          clock of the store is ahead; then for each saga: new token, place of the partition's keys, place of its
--          incarnation, entry, member, and for a lease that is taken over the owner and
--          the delivery count that were seen ('' for an entry just received)
-- Returns  for each saga 0 (not to be had) or {record as HGETALL gives it, inbox, incarnation of the store,
--          since when that is another one than the record's or ''}
--
-- Upholds: an owner that renewed since it was looked at keeps its lease; from this script on, an owner that lost it
-- cannot commit. An entry just received whose record has an owner is left alone: the group was made anew, and the owner,
-- if it lives, takes the entry back with its next renewal. Entries that their record does not name go. A lease taken over
-- counts as a crash. Of the suspects, sagas that lost several owners in a row and may have killed them, a call takes one:
-- only the guilty one's crashes go on being counted.
--@include gather
--@include incarnation

local consumer, round = ARGV[2], ARGV[3]
local replies = {}
local gone, taken, zrem = {}, {}, {}
local suspected = ARGV[4] ~= '1'
local id = incarnation()
local at = 6
for s = 1, tonumber(ARGV[1]) do
  local record, inbox = KEYS[2 * s - 1], KEYS[2 * s]
  local token, base, known, entry, member = ARGV[at], ARGV[at + 1] + 0, ARGV[at + 2] + 0, ARGV[at + 3], ARGV[at + 4]
  local seen_owner, seen_count = ARGV[at + 5], ARGV[at + 6]
  at = at + 7

  replies[s] = 0
  local stream, entry_id = locate(base, entry)
  local now = redis.call('HMGET', record, 'l', 'e', 'k', 'i')
  if now[2] ~= entry then
    add(gone, stream, entry_id)
  else
    local holder, rest = string.match(now[1], '^([^.]*)(%.%d+%.%d+)')
    local mine = holder == token
    local crashes = tonumber(now[3] or 0)
    if mine then
      suspected = suspected or crashes > 1
    else
      local pending = redis.pcall('XPENDING', KEYS[stream], 'g', entry_id, entry_id, 1)
      local owner = not pending.err and pending[1]
      if owner then
        if seen_owner == '' then
          mine = holder == '-' and owner[2] == consumer
        else
          mine = owner[2] == seen_owner and tostring(owner[4]) == seen_count
        end
      end
      if mine and crashes > 0 then
        mine = not suspected
        suspected = true
      end
      if mine then
        if holder ~= '-' then redis.call('HINCRBY', record, 'k', 1) end
        redis.call('HSET', record, 'l', token .. rest .. '.0')
        add(zrem, base + 3, member)
        add(taken, stream, entry_id)
      end
    end
    if mine then
      local since = now[4] == id and '' or noted(KEYS[known], id, ARGV[5])
      replies[s] = { redis.call('HGETALL', record), redis.call('LRANGE', inbox, 0, -1), id, since }
    end
  end
end
ended(gone)
each(zrem, 'ZREM')
take(taken, consumer, 'RETRYCOUNT', round, 'FORCE', 'JUSTID')
return replies
