#!lua flags=allow-oom
-- Mends what a crash or an operator of Redis may have left of sagas that are not final.
--
-- KEYS     one record per saga; then, in any order, the keys that ARGV names by their place: per partition in a row
--          feed, commands, starts, timers, finished; status indexes
-- ARGV     1 number of sagas; then for each saga: place of the partition's keys, member, saga id, place of the status
--          index it was found in
-- Returns  how many were mended
--
-- Upholds: every saga that is not final has a live entry that someone owns or will receive, or is parked without mail
-- and with its wake-up among the timers. The token stays: an owner that lives goes on, and takes the new entry with its
-- next renewal.

local delivered = {}
local function last_delivered(place)
  if delivered[place] == nil then
    delivered[place] = '0-0'
    local groups = redis.pcall('XINFO', 'GROUPS', KEYS[place])
    for _, group in ipairs(groups.err and {} or groups) do
      if group[2] == 'g' then delivered[place] = group[8] end
    end
  end
  return delivered[place]
end

local function later(a, b)
  local a_ms, a_n = string.match(a, '(%d+)-(%d+)')
  local b_ms, b_n = string.match(b, '(%d+)-(%d+)')
  a_ms, a_n, b_ms, b_n = tonumber(a_ms), tonumber(a_n), tonumber(b_ms), tonumber(b_n)
  return a_ms > b_ms or (a_ms == b_ms and a_n > b_n)
end

local function alive(base, entry)
  local kind, id = string.sub(entry, 1, 1), string.sub(entry, 2)
  local place = kind == 'c' and base + 1 or base + 2
  if #redis.call('XRANGE', KEYS[place], id, id) == 0 then return false end
  local pending = redis.pcall('XPENDING', KEYS[place], 'g', id, id, 1)
  if not pending.err and #pending > 0 then return true end
  return kind == 'c' and later(id, last_delivered(place))
end

local mended = 0
local at = 2
for s = 1, tonumber(ARGV[1]) do
  local record, base, member, id, index = KEYS[s], ARGV[at] + 0, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3] + 0
  at = at + 4
  local now = redis.call('HMGET', record, 'e', 'q')
  local entry = now[1]
  if not entry then
    redis.call('ZREM', KEYS[index], id)
    mended = mended + 1
  elseif entry ~= 'f' then
    local parked = string.sub(entry, 1, 1) == 'p'
    if parked and tonumber(now[2] or 0) == 0 then
      local wake_at = string.sub(entry, 2)
      if wake_at ~= '' and not redis.call('ZSCORE', KEYS[base + 3], member) then
        redis.call('ZADD', KEYS[base + 3], wake_at, member)
        mended = mended + 1
      end
    elseif parked or not alive(base, entry) then
      local fresh = redis.call('XADD', KEYS[base + 1], '*', 'k', member)
      redis.call('HSET', record, 'e', 'c' .. fresh)
      if not parked then
        redis.call('XDEL', KEYS[string.sub(entry, 1, 1) == 'c' and base + 1 or base + 2], string.sub(entry, 2))
      else
        redis.call('HSET', record, 'l', '-' .. string.match(redis.call('HGET', record, 'l'), '%..*$'))
      end
      mended = mended + 1
    end
  end
end
return mended
