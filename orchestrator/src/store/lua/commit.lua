#!lua flags=allow-oom
-- Records transitions of sagas whose leases are still held; parks or ends sagas.
--
-- KEYS     record and inbox of each saga; then, in any order, the keys that ARGV names by their place: feeds, each
--          followed by commands, starts, timers and finished where a saga of the partition parks or ends; status indexes
-- ARGV     1 number of sagas; then for each saga:
--          expected fence, new fence, place of the partition's feed, 'h' hold | 'H' hold with more | 'p' park |
--          'f' finish, number of inbox items it applies, number of strings of fields, fields and values, feed line;
--          and unless 'h': wake-up time or end of retention ('' none), places of the status indexes to leave and to
--          enter (0 none), creation time, saga id, member, field to delete ('' none)
-- Returns  for each saga 0 (fenced), 1 (written, inbox empty), {1, item...} (written, and what is in the inbox), or
--          {2, item...} (not written: it would have parked or ended with these items unread)
--
-- Upholds: only the holder of the record's fence writes, and each of its commits is written once. A saga neither parks
-- nor ends with mail unread. Its live entry goes in the same step that parks or ends it.
--@include gather

local function mailbox(code, record, inbox, mail)
  if mail == 0 then return code end
  local items = redis.call('LRANGE', inbox, 0, -1)
  table.insert(items, 1, code)
  return items
end

local replies = {}
local feed, zadd, zrem, gone = {}, {}, {}, {}
local at = 2
for s = 1, tonumber(ARGV[1]) do
  local record, inbox = KEYS[2 * s - 1], KEYS[2 * s]
  local fence, base, what, consumed = ARGV[at + 1], ARGV[at + 2] + 0, ARGV[at + 3], ARGV[at + 4] + 0
  local expected = ARGV[at]
  local first = at + 6
  local last = at + 5 + ARGV[at + 5]
  local more = last + 2
  at = what == 'h' and more or more + 7

  local now = redis.call('HMGET', record, 'l', 'e', 'q')
  local mail = tonumber(now[3] or 0)
  if now[1] == fence then
    replies[s] = mailbox(1, record, inbox, mail)
  elseif now[1] ~= expected then
    replies[s] = 0
  elseif (what == 'p' or what == 'f') and mail > consumed then
    replies[s] = mailbox(2, record, inbox, mail)
  else
    local some = math.min(last, first + SOME - 1)
    if what == 'p' or what == 'f' then
      local stream, entry_id = locate(base, now[2])
      if stream then add(gone, stream, entry_id) end
      local value, member = ARGV[more], ARGV[more + 5]
      redis.call('HSET', record, 'l', fence, 'e', what == 'p' and 'p' .. value or 'f', unpack(ARGV, first, some))
      if value ~= '' then add(zadd, what == 'p' and base + 3 or base + 4, value, member) end
    else
      redis.call('HSET', record, 'l', fence, unpack(ARGV, first, some))
    end
    set_rest(record, first, last)
    if what ~= 'h' then
      local from, to = ARGV[more + 1] + 0, ARGV[more + 2] + 0
      if to > 0 then
        add(zrem, from, ARGV[more + 4])
        add(zadd, to, ARGV[more + 3], ARGV[more + 4])
      end
      if ARGV[more + 6] ~= '' then redis.call('HDEL', record, ARGV[more + 6]) end
    end
    if consumed > 0 and mail > 0 then
      redis.call('LTRIM', inbox, consumed, -1)
      mail = math.max(0, mail - consumed)
      redis.call('HSET', record, 'q', mail)
    end
    add(feed, base, 'f', ARGV[last + 1])
    replies[s] = mailbox(1, record, inbox, mail)
  end
end
ended(gone)
each(zrem, 'ZREM')
each(zadd, 'ZADD')
for place, lines in pairs(feed) do redis.call('XADD', KEYS[place], '*', unpack(lines)) end
return replies
