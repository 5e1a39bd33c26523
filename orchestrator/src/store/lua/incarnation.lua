-- Included by scripts that ask whether the store lost writes. A Redis takes a new replication id whenever it may have:
-- when it starts, and when a replica takes its master's place.

local function incarnation()
  return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x%x%x%x%x%x%x%x)') or ''
end

-- Since when this is the incarnation, by what a partition's key says; a new one is noted there.
local function noted(key, id, ahead)
  local kept = redis.call('GET', key)
  if kept and string.sub(kept, 1, #id) == id then return string.sub(kept, #id + 2) end
  local time = redis.call('TIME')
  local since = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ahead)
  redis.call('SET', key, id .. ' ' .. since)
  return since
end
