#!lua flags=no-writes
-- Shows who holds which entries, stream after stream.
--
-- KEYS     streams
-- ARGV     1 where to begin in the first of them, as XPENDING takes it; 2 the most entries to show
-- Returns  {the clock of Redis as TIME gives it; then for each stream in turn what XPENDING gives of it}. Where there
--          are more entries than may be shown, the last list is cut and those of the streams after it are not there.
--
-- Upholds: the clock and the idle times are of one moment.

local reply = { redis.call('TIME') }
local after, room = ARGV[1], tonumber(ARGV[2])
for place = 1, #KEYS do
  if room == 0 then break end
  local entries = redis.pcall('XPENDING', KEYS[place], 'g', after, '+', room)
  -- Without the group nothing is pending.
  if entries.err then entries = {} end
  reply[#reply + 1] = entries
  room = room - #entries
  after = '-'
end
return reply
