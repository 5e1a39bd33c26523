#!lua flags=no-writes
-- Reads feeds on from given positions.
--
-- KEYS     feeds
-- ARGV     1 the most entries to read of each; then for each feed: the position to read after, '-' for the oldest that is
--          kept, '$' for the end; and the last entry to read
-- Returns  for each feed 0 (out of range), or {the position it was read after, entries as XRANGE gives them}
--
-- Upholds: nothing is left out silently. A position behind what was trimmed, or ahead of the last entry, is out of range;
-- what was trimmed is known as deleted (over.lua).

local function ends(feed)
  local info = redis.pcall('XINFO', 'STREAM', feed)
  if info.err then
    if not string.find(info.err, 'no such key', 1, true) then error(info) end
    return '0-0', '0-0'
  end
  local last, deleted
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then last = info[i + 1] end
    if info[i] == 'max-deleted-entry-id' then deleted = info[i + 1] end
  end
  return last, deleted
end

--@include entry-ids

local count = tonumber(ARGV[1])
local replies = {}
for place = 1, #KEYS do
  local from, to = ARGV[2 * place], ARGV[2 * place + 1]
  local last, deleted = ends(KEYS[place])
  if from == '$' then from = last end
  if from == '-' then from = deleted end
  if later(from, last) or later(deleted, from) then
    replies[place] = 0
  elseif count == 0 or from == last or later(from, to) then
    replies[place] = { from, {} }
  else
    replies[place] = { from, redis.call('XRANGE', KEYS[place], '(' .. from, to, 'COUNT', count) }
  end
end
return replies
