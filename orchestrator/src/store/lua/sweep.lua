#!lua flags=allow-oom
-- Mends what a crash or an operator of Redis may have left of sagas that are not final.
--
-- KEYS     1 commands, 2 starts and 3 timers of a partition, 4 a status index of it, from 5 on a record per saga
-- ARGV     1 namespace, from 2 on the ids of sagas that were found in the index
-- Returns  how many were mended
--
-- Upholds: every saga that is not final has a live entry that someone owns or will receive, or is parked without mail
-- and with its wake-up among the timers. The token stays: an owner that lives goes on, and takes the new entry with its
-- next renewal.

local COMMANDS, STARTS, TIMERS, INDEX = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

local delivered = nil
local function last_delivered()
  if delivered == nil then
    delivered = '0-0'
    local groups = redis.pcall('XINFO', 'GROUPS', COMMANDS)
    for _, group in ipairs(groups.err and {} or groups) do
      if group[2] == 'g' then delivered = group[8] end
    end
  end
  return delivered
end

--@include entry-ids

local function locate(entry)
  return string.sub(entry, 1, 1) == 'c' and COMMANDS or STARTS, string.sub(entry, 2)
end

local function alive(entry)
  local stream, id = locate(entry)
  if #redis.call('XRANGE', stream, id, id) == 0 then return false end
  local pending = redis.pcall('XPENDING', stream, 'g', id, id, 1)
  if not pending.err and #pending > 0 then return true end
  return stream == COMMANDS and later(id, last_delivered())
end

local mended = 0
-- Parked sagas and their wake-up times: one look into the timers for all of them.
local timed, wake_ats = {}, {}
for i = 2, #ARGV do
  local record, id = KEYS[i + 3], ARGV[i]
  local member = ARGV[1] .. '/' .. id
  local now = redis.call('HMGET', record, 'e', 'q')
  local entry = now[1]
  if not entry then
    redis.call('ZREM', INDEX, id)
    mended = mended + 1
  elseif entry ~= 'f' then
    local parked = string.sub(entry, 1, 1) == 'p'
    if parked and tonumber(now[2] or 0) == 0 then
      local wake_at = string.sub(entry, 2)
      if wake_at ~= '' then
        timed[#timed + 1] = member
        wake_ats[#wake_ats + 1] = wake_at
      end
    elseif parked or not alive(entry) then
      local fresh = redis.call('XADD', COMMANDS, '*', 'k', member)
      redis.call('HSET', record, 'e', 'c' .. fresh)
      if not parked then
        redis.call('XDEL', locate(entry))
      else
        redis.call('HSET', record, 'l', '-' .. string.match(redis.call('HGET', record, 'l'), '%..*$'))
      end
      mended = mended + 1
    end
  end
end
local scores = #timed > 0 and redis.call('ZMSCORE', TIMERS, unpack(timed)) or {}
for i = 1, #timed do
  if not scores[i] then
    redis.call('ZADD', TIMERS, wake_ats[i], timed[i])
    mended = mended + 1
  end
end
return mended
