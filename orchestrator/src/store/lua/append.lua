#!lua flags=allow-oom
-- Writes an item to a saga's inbox and sees to it that an owner looks.
--
-- KEYS     1 record, 2 inbox, 3 commands, 4 finished
-- ARGV     1 request id as JSON text, 2 the command as JSON text, 3 member, 4 channel for pokes, 5 the most items an
--          inbox takes, 6 how the state of a final saga begins that takes the item all the same ('' none)
-- Returns  0 no such saga, 1 final, 2 in the inbox, 3 the inbox is full, {refusal} answered before
--
-- Upholds: a request id is written once. A saga has at most one live entry: only this script, finding none, adds one
-- for it; checking first and adding after in two steps has given sagas two owners. A final saga that takes an item is
-- no longer due for deletion.

local now = redis.call('HMGET', KEYS[1], 'l', 'e', 'q', 'r', 'm')
if not now[1] then return 0 end
if now[4] then
  local needle = '\n' .. ARGV[1] .. '\t'
  local first, last = string.find(now[4], needle, 1, true)
  if first then return { string.match(now[4], '^[^\n]*', last + 1) } end
end
local final = now[2] == 'f'
if final and (ARGV[6] == '' or string.sub(now[5], 1, #ARGV[6]) ~= ARGV[6]) then return 1 end

local mail = tonumber(now[3] or 0)
if mail > 0 then
  local start = ARGV[1] .. '\t'
  for _, item in ipairs(redis.call('LRANGE', KEYS[2], 0, -1)) do
    if string.sub(item, 1, #start) == start then return 2 end
  end
  if mail >= tonumber(ARGV[5]) then return 3 end
end
redis.call('RPUSH', KEYS[2], ARGV[1] .. '\t' .. ARGV[2])
if final or string.sub(now[2], 1, 1) == 'p' then
  local entry = redis.call('XADD', KEYS[3], '*', 'k', ARGV[3])
  local rest = string.match(now[1], '%..*$')
  redis.call('HSET', KEYS[1], 'q', mail + 1, 'e', 'c' .. entry, 'l', '-' .. rest)
  if final then redis.call('ZREM', KEYS[4], ARGV[3]) end
else
  redis.call('HSET', KEYS[1], 'q', mail + 1)
  redis.call('PUBLISH', ARGV[4], ARGV[3])
end
return 2
